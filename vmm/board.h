/* SPDX-License-Identifier: BSD-2-Clause */
/* board.h - the VMM world's half of the motherboard. */
#ifndef VMM_BOARD_H
#define VMM_BOARD_H

struct vmm;

/**
 * vmm_board() - make the processor and solder this world's chips to it
 * @vmm: RAM and cross page are attached
 *
 * The chips' registers are in the cross page and were reset by VMApp; here
 * only the wires are made. Dies if out of memory: nothing runs yet.
 */
void vmm_board(struct vmm *vmm);

#endif
