// SPDX-License-Identifier: BSD-2-Clause
/*
 * host_ia32.c - does this host run 32-bit programs?
 *
 * By starting one: no flag of the kernel tells. It is 92 bytes long, made here
 * and run from memory; all it does is to end.
 */
#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/host.h"

#define LOADED_AT	0x08048000u
#define ANSWER		32	/* the status that it ends with */
#define WANTS_EXEC	0x10u	/* MFD_EXEC: glibc 2.36 lacks it */

static const uint8_t code[] = {
	0xb3, ANSWER,			/* mov bl, ANSWER */
	0x31, 0xc0, 0x40,		/* xor eax, eax; inc eax: exit */
	0xcd, 0x80,			/* int 80h */
	0xf4,				/* hlt */
};

struct tiny {
	Elf32_Ehdr head;
	Elf32_Phdr load;
	uint8_t code[sizeof(code)];
} __attribute__((packed));

static struct tiny tiny_make(void)
{
	struct tiny t = {
		.head = {
			.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3,
				     ELFCLASS32, ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_EXEC, .e_machine = EM_386,
			.e_version = EV_CURRENT,
			.e_entry = LOADED_AT + offsetof(struct tiny, code),
			.e_phoff = offsetof(struct tiny, load),
			.e_ehsize = sizeof(Elf32_Ehdr),
			.e_phentsize = sizeof(Elf32_Phdr), .e_phnum = 1,
		},
		.load = {
			.p_type = PT_LOAD, .p_vaddr = LOADED_AT,
			.p_filesz = sizeof(t), .p_memsz = sizeof(t),
			.p_flags = PF_R | PF_X, .p_align = 0x1000,
		},
	};

	memcpy(t.code, code, sizeof(code));
	return t;
}

/* tiny_open() - Return: a descriptor that can be run, or -1. */
static int tiny_open(void)
{
	const struct tiny t = tiny_make();
	int fd = memfd_create("ia32", MFD_CLOEXEC | WANTS_EXEC);

	if (fd < 0)
		fd = memfd_create("ia32", MFD_CLOEXEC);
	if (fd >= 0 && write(fd, &t, sizeof(t)) != (ssize_t)sizeof(t)) {
		close(fd);
		return -1;
	}
	return fd;
}

bool host_runs_ia32(void)
{
	char *const argv[] = { (char *)"ia32", NULL }, *const envp[] = { NULL };
	int fd, status = 0;
	pid_t child;

	if (host_denied(HOST_ia32))
		return false;
	fd = tiny_open();
	if (fd < 0)
		return false;
	child = fork();
	if (child == 0) {
		fexecve(fd, argv, envp);
		_exit(127);
	}
	close(fd);
	return child > 0 && waitpid(child, &status, 0) == child &&
	       WIFEXITED(status) && WEXITSTATUS(status) == ANSWER;
}
