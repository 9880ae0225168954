# SPDX-License-Identifier: BSD-2-Clause
#
# paper_values.awk - what is printed in "Virtualizing I/O Devices on VMware
# Workstation's Hosted Virtual Machine Monitor" (USENIX 2001): its figures and
# tables. Those of Figure 6 are read off its drawing, to about 0.3 Mb/s.

# fig5_row() - of Figure 5: what happens, in which world, microseconds, and the
# name of ours in the samples
function fig5_row(name, text, world, us) {
	fig5[++fig5s] = name
	fig5_text[name] = text
	fig5_world[name] = world
	fig5_us[name] = us
}

# share() - a row of Table 1 or 2: percent, and microseconds each time
function share(table, name, text, percent, us) {
	tab[table, ++tabs[table]] = name
	tab_text[table, name] = text
	tab_percent[table, name] = percent
	tab_us[table, name] = us
}

function fig6_row(text, values) {
	fig6[++fig6s] = text
	fig6_values[fig6s] = values
}

BEGIN {
	fig5_row("out", "OUT handled in the VMM", "VMM", 0.57)
	fig5_row("switch_to_host", "world switch", "-", 4.45)
	fig5_row("vmapp_before", "VMApp", "host", 1.23)
	fig5_row("vmnet", "VMNet", "host", 17.55)
	fig5_row("vmapp_after", "VMApp", "host", 2.97)
	fig5_row("switch_to_vmm", "world switch", "-", 4.45)
	fig5_row("resume", "return to the virtual machine", "VMM", 0.41)

	share(1, "vmm", "VMM time", 77.3)
	share(1, "vmnet_send", "transmitting by VMNet", 8.7, 13.8)
	share(1, "lance_status", "emulating the Lance's status register", 4.0, 3.1)
	share(1, "host_irq", "host IRQs (device interrupts)", 3.4)
	share(1, "lance_send", "emulating the Lance's transmit path", 3.3, 5.2)
	share(1, "vmnet_receive", "receiving by VMNet", 0.8, 1.8)
	share(2, "vmm", "VMM time", 71.5)
	share(2, "vmnet_send", "transmitting by VMNet", 17.9, 22.7)
	share(2, "vmnet_receive", "receiving by VMNet", 2.5, 22.7)
	share(2, "lance_send", "emulating the Lance's transmit path", 1.8, 3.0)

	share("1v", "io_host", "IN/OUT that needs a switch to VMApp", 26.8, 7.45)
	share("1v", "plain", "instructions that need no virtualization", 22.0)
	share("1v", "virtualized", "instructions that need it", 11.6)
	share("1v", "io_vmm", "IN/OUT handled in the VMM", 8.3, 1.36)
	share("1v", "io_address", "IN/OUT to the Lance's address port", 8.1, 0.74)
	share("1v", "transitions", "to and from virtualization code", 4.8)
	share("1v", "iret", "virtualizing IRET", 4.8, 3.93)
	share("1v", "virq", "delivering virtual IRQs", 4.6)
	share("2v", "idle", "guest idle", 30.4)
	share("2v", "plain", "instructions that need no virtualization", 22.2)
	share("2v", "guest_switch", "guest context switches", 11.5)
	share("2v", "host_irq_idle", "host IRQs while the guest is idle", 10.7)
	share("2v", "virtualized", "privileged instructions", 7.9)
	share("2v", "io_pic", "IN/OUT to the interrupt controller", 2.5, 0.78)
	share("2v", "virq", "guest IRQs", 2.5)
	share("2v", "lance_status", "IN/OUT to the Lance's status register", 2.3, 0.91)
	share("2v", "transitions", "to and from virtualization code", 1.5)
	share("2v", "io_host", "IN/OUT to the Lance that switches worlds", 0.5)

	sizes = "512 1024 2048 4096 8192 16384 32768 65536"
	fig6_row("native", "88.6 88.6 90.2 90.2 90.2 90.5 90.5 90.5")
	fig6_row("all three, 733 MHz", "89.6 89.6 89.7 89.7 89.7 89.6 89.7 89.7")
	fig6_row("version 2.0, 733 MHz", "45.1 48.2 62.9 64.2 63.1 62.8 63.4 60.5")
	fig6_row("all three, 350 MHz", "42.5 42.5 63.7 65.3 62.3 66.4 67.0 64.8")
	fig6_row("version 2.0, 350 MHz", "16.8 18.9 24.9 25.4 24.8 25.0 25.0 25.1")

	# Table 3: idle percent; the step that stands for the paper's line.
	idle["native"] = 86
	idle["notify"] = 21.7
	idle["combine"] = 17.9
	idle["ports"] = 2.0
	idle["hosted"] = 0
	idle_text["native"] = "native"
	idle_text["notify"] = "all three"
	idle_text["combine"] = "without IRQ notification"
	idle_text["ports"] = "and without send combining"
	idle_text["hosted"] = "version 2.0"
}
