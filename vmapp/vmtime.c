/* SPDX-License-Identifier: BSD-2-Clause */
/* vmtime.c - the guest's time in the host world: it runs on from what the VMM
 * last said. */
#include "base/clock.h"
#include "vmapp/vm.h"

uint64_t vm_now_ns(const struct vm *vm)
{
	return vm->call_ns + (vm->frozen ? 0 : clock_now_ns() - vm->taken_ns);
}

uint64_t vm_host_ns(const struct vm *vm, uint64_t guest_ns)
{
	if (guest_ns == CLOCK_NEVER)
		return CLOCK_NEVER;
	return vm->taken_ns +
	       (guest_ns > vm->call_ns ? guest_ns - vm->call_ns : 0);
}
