# SPDX-License-Identifier: BSD-2-Clause
#
# Hostel's whole build. No configure step.
#
#   make            build everything into build/ (needs no network)
#   make guest      fetch and build what the guest boots (needs packages)
#   make guest-debian  the same with Debian's own programs (a compiler, ...)
#   make guest-media  what a PC is booted from: installers, rescue disks
#   make guest-disk a hard disk with Debian, that boots from power-on
#   make run        install what is missing, build, boot, measure: the main job
#   make test       install what is missing, build, run every test
#   make test-long  what takes longer: tests/long alone (three quarters of an hour)
#   make check      the quick tests only (no guest is booted)
#   make lint       layering, headers that compile alone
#   make format     lay out C as .clang-format says; format-check: tell only
#   make circles    files that need each other, in what is built
#   make probes     what this host's primitives cost
#   make bench-cpu  the processor beside the host's and QEMU's: a table
#   make bench-hosts  NAT and an idle VM beside QEMU's: a table
#   make bench-disk  a disk by DMA, and an idle VM with one, beside QEMU's
#   make bench-serial  COM1 to a file and to a pty beside QEMU's: a table
#   make bench-net   VMNet's networks beside slirp4netns, passt and QEMU: a page
#   make bench-screen  a screen redrawn, at rest, and typed at: a table
#   make bench-real  compilers, exec, packers, a data base of Debian: a table
#   make lockstep   both kernels with both engines, compared at each block
#   make fuzz       look for faults: FUZZ_SECONDS (60) for each target of
#                   tests/fuzz, FUZZ=NAME for one, with what was found before
#   make fuzz-slirp libslirp's source, so that they see into it (packages)
#   make record-oracle
#                   this CPU's answers, for hosts that run no 32-bit programs
#   make install    put programs, man pages, completion and documents into
#                   PREFIX (/usr/local), below DESTDIR; make uninstall
#   make compile_commands.json
#                   how each file is compiled, for editors and analysers
#   make clean
#
# M=asan, M=ubsan or M=tsan builds and tests with that sanitizer (in
# build-asan/ and so on); CC=clang uses clang. V=1 shows the commands.

CC      ?= gcc
ifeq ($(origin CC),default)
CC      := gcc
endif
FUZZ_CC ?= clang
# M=fuzz is for the fuzz targets, which are clang's: see the tests.
ifeq ($(M),fuzz)
override CC := $(FUZZ_CC)
endif
B       := build$(if $(M),$(if $(filter fuzz,$(M)),/fuzz,-$(M)))
GUEST   := build/guest
PKGS    := zydis slirp libseccomp jansson
CPPFLAGS += -I. -D_GNU_SOURCE -DHOSTEL_BUILD='"$(B)"'
CFLAGS  ?= -O2 -g
WARN    := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes \
	   -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wundef
OURFLAGS := -std=gnu11 $(WARN) -fno-strict-aliasing -fstack-protector-strong \
	   -fno-common -MMD -MP
SAN_asan  := -fsanitize=address -fno-omit-frame-pointer
SAN_ubsan := -fsanitize=undefined -fno-sanitize-recover=all
# gcc warns that ThreadSanitizer knows no fences. Ours order memory between
# processes, of which it sees one at a time. (clang has no such warning.)
SAN_tsan  := -fsanitize=thread $(if $(findstring clang,$(CC)),,-Wno-tsan)
SAN_both  := -fsanitize=address,undefined -fno-sanitize-recover=all \
	     -fno-omit-frame-pointer
SAN_fuzz  := $(SAN_both) -fsanitize=fuzzer-no-link \
	     -fsanitize-coverage=trace-loads
SAN     := $(if $(M),$(SAN_$(M)),)
ifneq ($(M),)
ifeq ($(SAN),)
$(error M=$(M) is not one of asan, ubsan, tsan, fuzz)
endif
endif
LDFLAGS += $(SAN) -Wl,--as-needed
Q       := $(if $(V),,@)

# libslirp's pkg-config file wants glib's headers, which we do not use.
SLIRP_CFLAGS := $(shell pkg-config --cflags slirp 2>/dev/null)
SLIRP_LIBS   := -lslirp

# What hostel-screen shows by, and hostel-top; no other program has them.
CURSES_LIBS := -lncursesw
SCREEN_LIBS := -lvncserver -lpng $(CURSES_LIBS)

# Each part is an archive, so that a test links just what it names.
LIBS    := vmapp screen vmm vmnet disk vmdriver machine devices ia32 base
src_of   = $(filter-out %/main.c %_main.c,$(wildcard $(1)/*.c $(1)/*/*.c $(1)/*.S $(1)/*/*.S))
obj_of   = $(patsubst %.S,$(B)/obj/%.o,$(patsubst %.c,$(B)/obj/%.o,$(1)))
ARCHIVES := $(foreach l,$(LIBS),$(B)/lib$(l).a)
PROGRAMS := $(B)/hostel $(B)/hostel-vmm $(B)/hostel-screen $(B)/hostel-disk \
		$(B)/hostel-disk-nbd $(B)/vmnetd $(B)/vmnet-nat \
		$(B)/vmnet-bridge $(B)/vmnet-dhcp $(B)/vmnet-capture \
		$(B)/vmnet-adapter $(B)/vmnet-vde $(B)/hostel-top \
		$(B)/nettest $(B)/cpubench64 \
		$(B)/realbench64

.PHONY: all guest run test check lint probes bench-cpu bench-hosts \
	lockstep record-oracle clean tests fuzz fuzzers fuzz-programs FORCE
all: $(PROGRAMS) $(B)/viewer $(GUEST)/nettest $(GUEST)/cpubench \
		$(GUEST)/diskbench $(GUEST)/redraw manual

# --- objects and archives -------------------------------------------------
# The chips handle sizes that guests and the wire choose: no silent sign or
# width change is allowed there.
$(B)/obj/devices/%.o: WARN += -Wconversion -Wsign-conversion

# The commit, for hostel --version: a file that is new only if it changed.
COMMIT := $(shell git describe --always --dirty --abbrev=10 2>/dev/null)
$(B)/commit: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)[ "$$(cat $@ 2>/dev/null)" = "$(COMMIT)" ] || echo "$(COMMIT)" >$@
$(B)/obj/vmapp/version.o: CPPFLAGS += -DHOSTEL_COMMIT='"$(COMMIT)"'
$(B)/obj/vmapp/version.o: $(B)/commit

$(B)/obj/%.o: %.c
	$(Q)mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(CPPFLAGS) $(if $(filter vmnet/nat/%,$<),$(SLIRP_CFLAGS)) \
		$(CFLAGS) $(OURFLAGS) $(SAN) -c -o $@ $<

$(B)/obj/%.o: %.S
	$(Q)mkdir -p $(@D)
	@echo "  AS    $<"
	$(Q)$(CC) $(CPPFLAGS) -MMD -MP -g -c -o $@ $<

define archive_rule
$(B)/lib$(1).a: $(call obj_of,$(call src_of,$(1)))
	$$(Q)mkdir -p $$(@D)
	@echo "  AR    $$@"
	$$(Q)rm -f $$@ && ar rcs $$@ $$^
endef
$(foreach l,$(LIBS),$(eval $(call archive_rule,$(l))))

# --- programs ---------------------------------------------------------------
link = @echo "  LD    $@"; mkdir -p $(@D); \
       $(if $(V),set -x;) $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^)

$(B)/hostel: $(B)/obj/vmapp/main.o $(B)/libvmapp.a $(B)/libscreen.a \
		$(B)/libvmnet.a $(B)/libdisk.a \
		$(B)/libvmdriver.a $(B)/libmachine.a $(B)/libdevices.a $(B)/libbase.a
	$(link) -ljansson -lz -lseccomp -lpthread -lm
$(B)/hostel-top: $(B)/obj/vmapp/show/top_main.o $(B)/libvmapp.a \
		$(B)/libscreen.a $(B)/libvmnet.a $(B)/libdisk.a \
		$(B)/libvmdriver.a $(B)/libmachine.a $(B)/libdevices.a $(B)/libbase.a
	$(link) $(CURSES_LIBS) -ljansson -lz -lseccomp -lpthread -lm
$(B)/hostel-vmm: $(B)/obj/vmm/main.o $(B)/libvmm.a $(B)/libvmdriver.a $(B)/libmachine.a \
		$(B)/libdisk.a $(B)/libdevices.a $(B)/libia32.a $(B)/libbase.a
	$(link) -lZydis -lseccomp
$(B)/hostel-screen: $(B)/obj/screen/main.o $(B)/libscreen.a \
		$(B)/libdevices.a $(B)/libbase.a
	$(link) $(SCREEN_LIBS) -lseccomp -lpthread
$(B)/hostel-disk: $(B)/obj/disk/disk_main.o $(B)/libdisk.a $(B)/libdevices.a \
		$(B)/libbase.a
	$(link) -lseccomp
$(B)/hostel-disk-nbd: $(B)/obj/disk/nbd_main.o $(B)/libdisk.a $(B)/libdevices.a \
		$(B)/libbase.a
	$(link) -lnbd -lseccomp
$(B)/vmnetd: $(B)/obj/vmnet/main.o $(B)/libvmnet.a $(B)/libbase.a
	$(link) -lseccomp
$(B)/vmnet-nat: $(B)/obj/vmnet/nat/nat_main.o $(B)/libvmnet.a $(B)/libbase.a
	$(link) $(SLIRP_LIBS) -lseccomp
$(B)/vmnet-dhcp: $(B)/obj/vmnet/dhcp/dhcp_main.o $(B)/libvmnet.a $(B)/libbase.a
	$(link) -lseccomp
$(B)/vmnet-adapter: $(B)/obj/vmnet/adapter/adapter_main.o $(B)/libvmnet.a \
		$(B)/libbase.a
	$(link) -lseccomp
# What compiles a capture's filter; no other program has it.
$(B)/vmnet-capture: $(B)/obj/vmnet/tap/capture_main.o $(B)/libvmnet.a \
		$(B)/libbase.a
	$(link) -lpcap -lseccomp
# What speaks to VDE's switches; no other program has libvdeplug.
$(B)/vmnet-vde: $(B)/obj/vmnet/vde/vde_main.o $(B)/libvmnet.a $(B)/libbase.a
	$(link) -lvdeplug -lseccomp
$(B)/vmnet-bridge: $(B)/obj/vmnet/bridge/bridge_main.o $(B)/libvmnet.a \
		$(B)/libbase.a
	$(link)
NETTEST := guests/nettest_main.c guests/nettest_wire.c \
		guests/nettest_short.c guests/nettest_manual.c base/manual.c
$(B)/nettest: $(call obj_of,$(NETTEST))
	$(link)
$(GUEST)/nettest: $(NETTEST) guests/nettest.h guests/nettest.def base/manual.h
	@echo "  CC32  $<"
	$(Q)mkdir -p $(@D)
	$(Q)gcc -m32 -static -O2 -std=gnu11 $(WARN) -D_GNU_SOURCE -I. -o $@ \
		$(filter %.c,$^)

# For tests that change the card behind its driver's back.
$(GUEST)/lancepoke: guests/lancepoke_main.c
	@echo "  CC32  $<"
	$(Q)mkdir -p $(@D)
	$(Q)gcc -m32 -static -O2 -std=gnu11 $(WARN) -D_GNU_SOURCE -I. -o $@ $<

$(GUEST)/diskbench: guests/diskbench_main.c guests/benchloops.c \
		guests/benchloops.h
	@echo "  CC32  $(@F)"
	$(Q)mkdir -p $(@D)
	$(Q)gcc -m32 -static -O2 -std=gnu11 $(WARN) -D_GNU_SOURCE -I. -o $@ \
		$(filter %.c,$^)

# Two programs each: for the guest, and for this host itself; cpubench64 is
# the native column where 32-bit programs do not run.
CPUBENCH  := guests/cpubench_main.c guests/benchloops.c
REALBENCH := guests/realbench_main.c guests/realbench_latency.c \
		guests/benchloops.c
$(GUEST)/cpubench $(B)/cpubench64: $(CPUBENCH) guests/benchloops.h
$(GUEST)/realbench $(B)/realbench64: $(REALBENCH) guests/benchloops.h \
		guests/realbench.h
$(GUEST)/cpubench $(GUEST)/realbench:
	@echo "  CC32  $(@F)"
	$(Q)mkdir -p $(@D)
	$(Q)gcc -m32 -static -O2 -msse2 -std=gnu11 $(WARN) -D_GNU_SOURCE -I. \
		-o $@ $(filter %.c,$^)
$(B)/cpubench64 $(B)/realbench64:
	@echo "  CC    $(@F)"
	$(Q)mkdir -p $(@D)
	$(Q)gcc -m64 -static -O2 -std=gnu11 $(WARN) -D_GNU_SOURCE -I. \
		-o $@ $(filter %.c,$^)

# A VNC viewer that nobody looks at, for bench/screen.
$(B)/viewer: $(B)/obj/bench/viewer_main.o $(B)/libbase.a
	$(link) -lvncclient

$(GUEST)/mkcpio: guests/mkcpio_main.c base/check.h
	@echo "  CC    $<"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -O2 -std=gnu11 $(WARN) -o $@ $<

# --- man pages and completion, made from the tables of --help ----------------
MANUAL := $(B)/tools/manual
$(MANUAL): $(B)/obj/tools/manual/main.o $(B)/obj/tools/manual/roff.o \
		$(B)/obj/tools/manual/complete.o \
		$(B)/obj/guests/nettest_manual.o $(B)/libvmapp.a \
		$(B)/libscreen.a $(B)/libvmnet.a $(B)/libdisk.a $(B)/libvmdriver.a \
		$(B)/libmachine.a $(B)/libdevices.a $(B)/libbase.a
	$(link) -ljansson -lz -lseccomp -lpthread -lm
$(B)/man/made: $(MANUAL)
	$(Q)mkdir -p $(@D) && rm -f $(@D)/*
	@echo "  MAN   $(@D)"
	$(Q)$< pages $(@D) "$$(git log -1 --format=%cs 2>/dev/null || \
		date -u +%F)" && touch $@
$(B)/completion/hostel: $(MANUAL) tools/manual/complete.bash
	$(Q)mkdir -p $(@D)
	$(Q){ $< complete && cat tools/manual/complete.bash; } >$@.new && \
		mv $@.new $@
.PHONY: manual
manual: $(B)/man/made $(B)/completion/hostel

# --- install -------------------------------------------------------------------
# What people start goes into bin/, what these start into libexec/hostel/ (see
# base/beside.h). DESTDIR is put before all names, for packages.
PREFIX  ?= /usr/local
DESTDIR ?=
INSTALL_BIN     := hostel vmnetd vmnet-bridge vmnet-adapter nettest
INSTALL_LIBEXEC := hostel-vmm hostel-screen hostel-disk hostel-disk-nbd \
		vmnet-nat vmnet-dhcp vmnet-capture vmnet-vde hostel-top
INSTALL_DOCS    := README.md ARCHITECTURE.md CONTRIBUTING.md LICENSE \
		bench/README.md tests/README.md $(wildcard docs/*.md docs/*/*.md)
ROOT       = $(DESTDIR)$(PREFIX)
DOCDIR     = $(ROOT)/share/doc/hostel
COMPLETION = $(ROOT)/share/bash-completion/completions
.PHONY: install uninstall
install: $(addprefix $(B)/,$(INSTALL_BIN) $(INSTALL_LIBEXEC)) manual
	$(Q)install -d "$(ROOT)/bin" "$(ROOT)/libexec/hostel" "$(DOCDIR)" \
		"$(COMPLETION)" "$(ROOT)/share/man/man1" "$(ROOT)/share/man/man8"
	$(Q)install -m 755 $(addprefix $(B)/,$(INSTALL_BIN)) "$(ROOT)/bin"
	$(Q)install -m 755 $(addprefix $(B)/,$(INSTALL_LIBEXEC)) \
		"$(ROOT)/libexec/hostel"
	$(Q)install -m 644 $(B)/man/*.1 "$(ROOT)/share/man/man1"
	$(Q)install -m 644 $(B)/man/*.8 "$(ROOT)/share/man/man8"
	$(Q)for p in $(INSTALL_BIN); do \
		install -m 644 $(B)/completion/hostel "$(COMPLETION)/$$p"; done
	$(Q)for d in $(INSTALL_DOCS); do \
		install -D -m 644 $$d "$(DOCDIR)/$$d"; done
	@echo "installed in $(ROOT); bridged networks take a right that root" \
		"gives: see $(PREFIX)/bin/vmnet-bridge --help"
uninstall: manual
	$(Q)rm -f $(patsubst %,"$(ROOT)/bin/%",$(INSTALL_BIN)) \
		$(patsubst %,"$(COMPLETION)/%",$(INSTALL_BIN))
	$(Q)for p in $(B)/man/*.?; do p=$${p##*/}; \
		rm -f "$(ROOT)/share/man/man$${p##*.}/$$p"; done
	$(Q)rm -rf "$(ROOT)/libexec/hostel" "$(DOCDIR)"

# --- tests -------------------------------------------------------------------
# tests/KIND/*_test.c are programs (cmocka, TAP); tests/KIND/*.sh are scripts
# that print "ok NAME" or "not ok NAME" lines. tests/run runs and counts them.
TEST_SRC  := $(wildcard tests/*/*_test.c)
TEST_BIN  := $(patsubst %.c,$(B)/%,$(TEST_SRC))
PROBE_SRC := $(wildcard tests/probes/*_probe.c)
PROBE_BIN := $(patsubst %.c,$(B)/%,$(PROBE_SRC))
# Tiny guests, one property each; static 32-bit images with no library but
# their own (rt.c, start.S).
PROPERTY_RT := guests/property/rt.c guests/property/start.S
PROPERTY := $(patsubst guests/property/%.c,$(GUEST)/property/%,\
		$(filter-out $(PROPERTY_RT),$(wildcard guests/property/*.c)))
PROPERTY_DEPS := $(PROPERTY_RT) guests/property/rt.h guests/property/link.ld
$(GUEST)/property/%: guests/property/%.c $(PROPERTY_DEPS)
	$(small_guest)
# One that runs until it is ended, for tests of a machine that stands still.
$(GUEST)/standstill: guests/standstill.c guests/ticks.h $(PROPERTY_DEPS)
	$(small_guest)
# One that sends and takes frames until it is ended.
$(GUEST)/chatter: guests/chatter.c guests/ticks.h $(PROPERTY_DEPS)
	$(small_guest)
# One that opens the tray of its CD-ROM drive.
$(GUEST)/tray: guests/tray.c $(PROPERTY_DEPS)
	$(small_guest)
# One that halts until its disk has answered.
$(GUEST)/diskhalt: guests/diskhalt.c $(PROPERTY_DEPS)
	$(small_guest)
# One that redraws a large screen as fast as it can.
$(GUEST)/redraw: guests/redraw.c $(PROPERTY_DEPS)
	$(small_guest)
# Boot sectors, and what some of them load.
BOOTABLE := $(patsubst guests/%.S,$(GUEST)/%,$(wildcard guests/boot*.S))
$(BOOTABLE): $(GUEST)/%: guests/%.S
	@echo "  AS16  $<"
	$(Q)mkdir -p $(@D)
	$(Q)gcc -m32 -ffreestanding -nostdlib -static -no-pie \
		-Wl,-Ttext=0x7c00,--oformat=binary,--build-id=none -o $@ $<
define small_guest
	@echo "  CC32  $<"
	$(Q)mkdir -p $(@D)
	$(Q)gcc -m32 -march=i686 -mgeneral-regs-only -O1 -std=gnu11 $(WARN) \
		-ffreestanding -nostdlib -fno-pic -no-pie -fno-strict-aliasing \
		-fno-stack-protector -fcf-protection=none -I. \
		-Wl,-T,guests/property/link.ld -Wl,--build-id=none -Wl,-n \
		-Wl,--no-warn-rwx-segments -o $@ $< $(PROPERTY_RT)
endef

tests: all $(GUEST)/lancepoke $(GUEST)/standstill $(GUEST)/chatter $(GUEST)/tray $(GUEST)/diskhalt $(BOOTABLE) $(PROPERTY) $(TEST_BIN) $(B)/tests/insn/native32 \
		$(B)/tests/hosts/deny $(B)/tests/insn/native64 \
		$(B)/tests/long/same_picture $(B)/tests/world/slowly

# What reads slowly, for tests of who has to wait.
$(B)/tests/world/slowly: $(B)/obj/tests/world/slowly_main.o $(B)/libbase.a
	$(link)

# What makes this host a poorer one, for tests of programs that do not look.
$(B)/tests/hosts/deny: $(B)/obj/tests/hosts/deny_main.o $(B)/libbase.a
	$(link) -lseccomp

# What compares a screen of ours with one of QEMU's.
$(B)/tests/long/same_picture: $(B)/obj/tests/long/same_picture_main.o
	$(link) -lpng

# The host CPU as a column of the instruction tests: programs with no libc,
# the 32-bit one linked far from the addresses that the tests use, the 64-bit
# one for any address. They never have a sanitizer: their handlers run with
# any stack pointer.
NATIVE_FLAGS := -O1 -std=gnu11 $(WARN) -fno-strict-aliasing -ffreestanding \
	-fno-stack-protector -fcf-protection=none -mgeneral-regs-only \
	-nostdlib -I.
NATIVE_DEPS := tests/insn/native_main.c tests/insn/native.h \
	tests/insn/lib_case.h
$(B)/tests/insn/native32: tests/insn/native32_main.c $(NATIVE_DEPS)
	@echo "  CC32  $<"
	$(Q)mkdir -p $(@D)
	$(Q)gcc -m32 $(NATIVE_FLAGS) -fno-pic -static -no-pie \
		-Wl,-Ttext-segment=0x93610000 -o $@ $(filter %.c,$^)
$(B)/tests/insn/native64: tests/insn/native64_main.c $(NATIVE_DEPS)
	@echo "  CC64  $<"
	$(Q)mkdir -p $(@D)
	$(Q)gcc $(NATIVE_FLAGS) -fpie -static-pie -o $@ $(filter %.c,$^)

# What the 64-bit one can not answer, written down for hosts that run no 32-bit
# programs; on a host that does.
$(B)/tests/insn/record: $(B)/obj/tests/insn/record_main.o \
		$(call obj_of,$(wildcard tests/insn/lib_*.c)) $(ARCHIVES)
	@echo "  LD    $@"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) \
		-Wl,--start-group $(ARCHIVES) -Wl,--end-group \
		-lcmocka -lZydis -lseccomp -lz -lpthread -lm
record-oracle: $(B)/tests/insn/record $(B)/tests/insn/native32 \
		$(B)/tests/insn/native64
	$(Q)HOSTEL_BUILD_DIR=$(B) $< tests/insn/recorded/answers.out

# A test folder may have shared helpers: tests/KIND/lib_*.c. (A function, as
# the % of a patsubst in the rule itself would be taken for the stem.)
lib_objs = $(call obj_of,$(wildcard tests/$(1)/lib_*.c))
.SECONDEXPANSION:
$(TEST_BIN) $(PROBE_BIN): $(B)/tests/%: $(B)/obj/tests/%.o \
		$$(call lib_objs,$$(*D)) \
		$(ARCHIVES)
	@echo "  LD    $@"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) \
		-Wl,--start-group $(ARCHIVES) -Wl,--end-group \
		-lcmocka -lZydis -lseccomp -ljansson -lz -lnbd $(SLIRP_LIBS) \
		-lpcap $(SCREEN_LIBS) -lvncclient -lpthread -lm

# What is told to the user, there as well.
$(B)/tests/world/disk_test: $(B)/obj/tests/unit/lib_said.o

# --- fuzz targets -------------------------------------------------------------
# tests/fuzz/*_fuzz.c, by clang and its libFuzzer, in a tree of their own with
# both sanitizers: build/fuzz. Where there is none, build/fuzz/why-not says so,
# and the tests are skipped.
FUZZ_SRC  := $(wildcard tests/fuzz/*_fuzz.c)
FUZZ_BIN  := $(patsubst %.c,build/fuzz/%,$(FUZZ_SRC))
FUZZ_OBJ  := build/fuzz/obj/tests
FUZZ_LIB  := $(FUZZ_OBJ)/fuzz/target.o $(FUZZ_OBJ)/fuzz/going.o
FUZZ_TRY  := int LLVMFuzzerTestOneInput(const char *p, unsigned long n) \
	     { return !p && n; }
fuzzers:
	$(Q)mkdir -p build/fuzz
	$(Q)if echo '$(FUZZ_TRY)' | $(FUZZ_CC) -O1 $(SAN_fuzz) \
		-fsanitize=fuzzer -x c -o build/fuzz/try - 2>build/fuzz/try.log; then \
		rm -f build/fuzz/why-not; \
		$(MAKE) --no-print-directory M=fuzz fuzz-programs; \
	else echo "$(FUZZ_CC) has no libFuzzer here: apt-get install clang" \
		"libclang-rt-dev" >build/fuzz/why-not; fi
fuzz-programs: $(FUZZ_BIN)
$(FUZZ_OBJ)/fuzz/target.o: SAN := $(SAN_both)
# A function of one world has the name of one of the other's.
FUZZ_OF   := $(ARCHIVES)
$(addprefix build/fuzz/tests/fuzz/,nic_fuzz insn_fuzz): \
	FUZZ_OF := $(filter-out %/libvmapp.a,$(ARCHIVES))
build/fuzz/tests/fuzz/insn_fuzz: $(FUZZ_OBJ)/unit/lib_box.o
build/fuzz/tests/fuzz/nat_fuzz: $(FUZZ_OBJ)/net/lib_own_net.o
# libslirp, instrumented, where `make fuzz-slirp` was made: else the host's own.
# It is not our code: no warnings, and of what C leaves undefined only what goes
# out of an array. (It shifts into signs, and casts to what is not aligned.)
FUZZ_SLIRP_LIBS := $(SLIRP_LIBS)
FUZZ_SLIRP := $(notdir $(wildcard build/fuzz/libslirp/src/*.c))
ifneq ($(FUZZ_SLIRP),)
GLIB_CFLAGS := $(shell pkg-config --cflags glib-2.0 2>/dev/null)
endif
ifneq ($(GLIB_CFLAGS),)
FUZZ_SLIRP_LIBS := build/fuzz/libslirp.a -lglib-2.0
build/fuzz/tests/fuzz/nat_fuzz: build/fuzz/libslirp.a
build/fuzz/libslirp.a: $(FUZZ_SLIRP:%.c=build/fuzz/obj/slirp/%.o)
	@echo "  AR    $@"
	$(Q)rm -f $@ && ar rcs $@ $^
build/fuzz/obj/slirp/%.o: build/fuzz/libslirp/src/%.c
	$(Q)mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(GLIB_CFLAGS) -D_GNU_SOURCE -DG_LOG_DOMAIN='"Slirp"' \
		$(CFLAGS) -w -fno-strict-aliasing -MMD -MP $(SAN_fuzz) \
		-fno-sanitize=undefined -fsanitize=bounds -c -o $@ $<
endif
build/fuzz/tests/fuzz/nat_fuzz: build/fuzz/which-slirp
build/fuzz/tests/fuzz/nat_fuzz: SLIRP_LIBS := $(FUZZ_SLIRP_LIBS)
build/fuzz/which-slirp: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)[ "$$(cat $@ 2>/dev/null)" = "$(FUZZ_SLIRP_LIBS)" ] || \
		echo "$(FUZZ_SLIRP_LIBS)" >$@
$(FUZZ_BIN): build/fuzz/tests/%: $(FUZZ_OBJ)/%.o $(FUZZ_LIB) $(ARCHIVES)
	@echo "  LD    $@"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ \
		$(filter %.o,$^) -Wl,--start-group $(FUZZ_OF) \
		-Wl,--end-group -lcmocka -lZydis -lseccomp -ljansson -lz -lnbd \
		-lpcap $(SLIRP_LIBS) $(SCREEN_LIBS) -lpthread -lm
.PHONY: fuzz-slirp
fuzz-slirp:
	$(Q)tools/setup fuzz
	$(Q)tools/fuzz-slirp
fuzz: fuzzers
	$(Q)tools/fuzz --seconds $(or $(FUZZ_SECONDS),60) $(FUZZ)

# Asked of make itself: what would it run, if all were to be made anew?
COMPILE_COMMANDS := compile_commands.json
compile_commands.json: FORCE
	$(Q){ $(MAKE) -Bn all tests $(PROBE_BIN) $(B)/tests/insn/record \
		$(addprefix $(GUEST)/,mkcpio realbench) && \
		$(MAKE) -Bn M=fuzz fuzz-programs; } | awk -v directory="$(CURDIR)" \
		-f tools/compile_commands.awk >"$(COMPILE_COMMANDS)"

check: tests
	$(Q)tests/run --build $(B) --quick
lint:
	$(Q)tools/lint
.PHONY: circles format format-check
format:
	$(Q)tools/setup format
	$(Q)tools/format
format-check:
	$(Q)tools/setup format
	$(Q)tools/format --check
circles: all
	$(Q)tools/circles --build $(B)
probes: $(PROBE_BIN)
	$(Q)set -e; for p in $(PROBE_BIN); do $$p; done

lockstep: all guest
	$(Q)tools/lockstep $(B)

bench-cpu: all guest
	$(Q)tools/setup bench
	$(Q)bench/cpu --build $(B)
bench-hosts: all guest
	$(Q)tools/setup bench
	$(Q)bench/hosts --build $(B)

.PHONY: bench-disk
bench-disk: all guest
	$(Q)tools/setup bench
	$(Q)bench/disk --build $(B)

.PHONY: bench-serial
bench-serial: all guest
	$(Q)tools/setup bench
	$(Q)bench/serial --build $(B)

.PHONY: bench-screen
bench-screen: all guest
	$(Q)tools/setup bench
	$(Q)bench/screen --build $(B)

.PHONY: bench-net
bench-net: all guest
	$(Q)tools/setup net
	$(Q)bench/net --build $(B)

.PHONY: bench-real
bench-real: all guest-debian
	$(Q)tools/setup bench
	$(Q)bench/real --build $(B)

# --- the two commands of the README: they install what they need -------------
guest: $(GUEST)/nettest $(GUEST)/cpubench $(GUEST)/mkcpio
	$(Q)guests/build $(GUEST)
	$(Q)guests/build-media $(GUEST)
.PHONY: guest-media
guest-media:
	$(Q)guests/build-media $(GUEST)
	$(Q)guests/build-media $(GUEST) installer
.PHONY: guest-disk
guest-disk: guest
	$(Q)guests/build-disk $(GUEST)
.PHONY: guest-loaders
guest-loaders: guest
	$(Q)guests/build-media $(GUEST) loaders
.PHONY: guest-debian
guest-debian: guest $(GUEST)/realbench
	$(Q)guests/build-debian $(GUEST)
run:
	$(Q)tools/setup
	$(Q)$(MAKE) --no-print-directory -j2 all guest
	$(Q)tools/run-demo $(B)
test:
	$(Q)tools/setup test
	$(Q)$(MAKE) --no-print-directory -j2 all guest-loaders tests \
		$(if $(M),,fuzzers)
	$(Q)tools/lint
	$(Q)tests/run --build $(B)
.PHONY: test-long
test-long:
	$(Q)tools/setup disk
	$(Q)tools/setup screen-test
	$(Q)tools/fetch-novnc $(B)/novnc
	$(Q)$(MAKE) --no-print-directory -j2 all guest-disk guest-media \
		guest-loaders $(GUEST)/bootmodes $(GUEST)/chatter \
		$(B)/tests/long/same_picture
	$(Q)HOSTEL_TEST_LIMIT=7200 tests/run --build $(B) --long

clean:
	rm -rf build build-asan build-ubsan build-tsan

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
