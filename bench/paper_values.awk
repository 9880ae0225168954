# SPDX-License-Identifier: BSD-2-Clause
#
# paper_values.awk - what is printed in "Virtualizing I/O Devices on VMware
# Workstation's Hosted Virtual Machine Monitor" (USENIX 2001): its figures and
# tables. Those of Figure 6 are read off its drawing, to about 0.3 Mb/s.

# fig5_row() - of Figure 5: what happens, in the words of our report; in which
# world; microseconds
function fig5_row(text, world, us) {
	fig5[++fig5s] = text
	fig5_world[text] = world
	fig5_us[text] = us
}

# share() - a row of Table 1 or 2: percent, and microseconds each time. @ours:
# the rows of ours that it is, as the report names them, with "+" between
function share(table, text, percent, us, ours) {
	tab[table, ++tabs[table]] = text
	tab_percent[table, text] = percent
	tab_us[table, text] = us
	tab_ours[table, text] = ours
}

function no_row(table, ours) {
	share(table, ours, -1, 0, ours)
}

function fig6_row(text, values) {
	fig6[++fig6s] = text
	fig6_values[fig6s] = values
}

BEGIN {
	fig5_row("OUT handling in VMM", "VMM", 0.57)
	fig5_row("world switch", "-", 4.45)
	fig5_row("VMApp processing", "host", 1.23)
	fig5_row("VMNet", "host", 17.55)
	fig5_row("VMApp processing, after", "host", 2.97)
	fig5_row("world switch back", "-", 4.45)
	fig5_row("return to virtual machine", "VMM", 0.41)
	fig5_row("total", "-", 31.63)

	send = "transmitting via the VMNet"
	receive = "receiving via the VMNet"
	transmit = "emulating the Lance transmit path"
	share(1, "VMM time", 77.3, 0, "VMM")
	share(1, send, 8.7, 13.8, send)
	status = "emulating the Lance status register"
	share(1, status, 4.0, 3.1, status)
	share(1, "handling host IRQs", 3.4, 0, "handling host IRQs")
	share(1, transmit, 3.3, 5.2, transmit)
	share(1, receive, 0.8, 1.8, receive)
	share(2, "VMM time", 71.5, 0, "VMM")
	share(2, send, 17.9, 22.7, send)
	share(2, receive, 2.5, 22.7, receive)
	share(2, transmit, 1.8, 3.0, transmit)

	io = "IN/OUTs to the "
	switching = io "Lance that world switch"
	plain = "instructions that need no virtualization"
	general = "general instructions that need virtualization"
	privileged = "virtualizing privileged instructions"
	context = "guest context switches"
	transitions = "transitions to/from virtualization code"
	virq = "delivering virtual IRQs"
	vmm = "IN/OUTs handled in the VMM"
	share("1v", "IN/OUTs that need a switch to VMApp", 26.8, 7.45,
		"IN/OUTs that need a switch to VMApp+" switching)
	share("1v", plain, 22.0, 0, plain)
	share("1v", general, 11.6, 0, general "+" privileged "+" context)
	share("1v", vmm, 8.3, 1.36, vmm "+" io "PIC+" io "Lance status register")
	share("1v", io "Lance address port", 8.1, 0.74, io "Lance address port")
	share("1v", transitions, 4.8, 0, transitions)
	share("1v", "virtualizing IRET", 4.8, 3.93, "virtualizing IRET")
	share("1v", virq, 4.6, 0, virq)
	share("2v", "guest idle", 30.4, 0, "IDLE")
	share("2v", plain, 22.2, 0, plain)
	share("2v", context, 11.5, 0, context)
	share("2v", "host IRQ processing while guest idle", 10.7, 0,
		"host IRQ processing while guest idle")
	share("2v", privileged, 7.9, 0, privileged "+" general)
	share("2v", io "PIC", 2.5, 0.78, io "PIC")
	share("2v", virq, 2.5, 0, virq "+virtualizing IRET")
	share("2v", io "Lance status register", 2.3, 0.91,
		io "Lance status register")
	share("2v", transitions, 1.5, 0, transitions)
	share("2v", switching, 0.5, 0, switching)
	# What the paper has no rows for.
	for (i = 1; i <= 2; i++) {
		no_row(i "v", "page faults and exceptions")
		no_row(i "v", "translating")
		no_row(i "v", "instructions that are interpreted")
		no_row(i "v", "world switches")
	}

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
