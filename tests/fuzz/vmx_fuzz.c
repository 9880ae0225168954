/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmx_fuzz.c - any bytes as a .vmx file: a configuration that holds what
 * options.h promises, or one sentence.
 *
 * tests/fuzz: runs 20000
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/check.h"
#include "tests/fuzz/target.h"
#include "vmapp/config/vmx.h"
#include "vmdriver/guestmem.h"

static int file = -1;	/* a memfd: vmx_load() wants a path */

const char *fuzz_open(void)
{
	file = memfd_create("vmx", MFD_CLOEXEC);
	return file < 0 ? "no memfd" : NULL;
}

/* Each is a file; lines end where the next string begins. */
#define IDENTITY "\xef\xbb\xbf.encoding = \"UTF-8\"\r\n"		\
	"config.version = \"8\"\r\nmemsize = \"256\"  # comment\n"	\
	"hostel.kernel = \"k\"\nhostel.initrd = \"/i\"\n"		\
	"hostel.append = \"a \"b\" c\"\ndisplayName = \"x\"\n"	\
	"uuid.bios = \"56 4d 00\"\n"
#define CARDS "ethernet0.present = \"TRUE\"\n"				\
	"ethernet0.connectionType = \"nat\"\n"			\
	"ethernet0.virtualDev = \"vlance\"\n"			\
	"ethernet0.addressType = \"generated\"\n"			\
	"ethernet0.generatedAddress = \"00:0c:29:01:02:03\"\n"	\
	"ethernet0.forward0 = \"tcp:8080:80\"\n"		\
	"ethernet9.present = \"FALSE\"\n"
#define CUSTOM "ethernet1.present = \"TRUE\"\n"			\
	"ethernet1.connectionType = \"custom\"\n"			\
	"ethernet1.vnet = \"/dev/vmnet3\"\n"				\
	"ethernet1.addressType = \"static\"\n"			\
	"ethernet1.address = \"00:50:56:01:02:03\"\n"		\
	"ethernet1.noForgedSrcAddr = \"FALSE\"\n"
#define LINKED "ethernet2.present = \"TRUE\"\n"			\
	"ethernet2.tftp = \"pxe\"\n"				\
	"ethernet2.bootfile = \"pxelinux.0\"\n"			\
	"ethernet2.hostLoopback = \"TRUE\"\n"			\
	"ethernet2.link = \"delay=20ms,out.loss=1%\"\n"		\
	"ethernet2.rxbw.limit = \"1544\"\n"			\
	"ethernet2.txfi.droprate = \"10\"\n"
#define USB "usb_xhci:4.present = \"TRUE\"\n"			\
	"usb_xhci:4.deviceType = \"hid\"\n"			\
	"ide0:0.present = \"TRUE\"\n"				\
	"ide0:0.fileName = \"d.vmdk\"\n"				\
	"ide0:0.readonly = \"TRUE\"\n"
#define PIPE "serial0.present = \"TRUE\"\n"				\
	"serial0.fileType = \"pipe\"\n"				\
	"serial0.fileName = \"com1\"\n"				\
	"serial1.fileType = \"network\"\n"				\
	"serial1.fileName = \"telnet://127.0.0.1:4555\"\n"
#define SERIAL "serial0.present = \"TRUE\"\n"				\
	"serial0.fileType = \"file\"\n"				\
	"serial0.fileName = \"out.txt\"\n"				\
	"serial1.present = \"FALSE\"\n"

static const char *const texts[] = { IDENTITY, CARDS, CUSTOM, LINKED,
				    USB,      PIPE,  SERIAL };

size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	if (n >= ARRAY_SIZE(texts))
		return 0;
	return (size_t)snprintf((char *)buf, size, "%s", texts[n]);
}

/* check_config() - what whoever builds the machine relies on. */
static void check_config(const struct vm_config *c)
{
	unsigned int i;

	ASSERT(c->memory >= GUESTMEM_MIN && c->memory <= GUESTMEM_MAX);
	ASSERT(c->nic_count <= CONFIG_NICS);
	ASSERT(c->plug[LINE_COM1].kind <= PLUG_TELNET);
	for (i = 0; i < c->nic_count; i++) {
		ASSERT(memchr(c->nic[i].network, 0, sizeof(c->nic[i].network)));
		ASSERT(c->nic[i].wishes.forwards <= VMNET_FORWARDS);
		ASSERT(!c->nic[i].mac_given || !(c->nic[i].mac[0] & 1));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[32], error[CONFIG_ERROR_SIZE] = "";
	struct vm_config c;

	if (ftruncate(file, 0) < 0 ||
	    pwrite(file, data, size, 0) != (ssize_t)size)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	config_defaults(&c);
	if (vmx_load(&c, path, error))
		check_config(&c);
	else
		ASSERT(*error && memchr(error, 0, sizeof(error)));
	vmx_unload(&c);
	return 0;
}
