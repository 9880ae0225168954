/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * iopath.h - the steps of a frame's way that can be switched on one by one
 * (--io-path). Any combination is legal and changes speed only.
 */
#ifndef VMDRIVER_IOPATH_H
#define VMDRIVER_IOPATH_H

#define IO_PATH_STEPS(X) X(ports) X(combine) X(notify) X(direct)
#define IO_PATH_WORDS "ports, combine, notify, direct" /* for people */

#define IO_PATH_NAME(name) IO_PATH_INDEX_##name,
enum io_path_index { IO_PATH_STEPS(IO_PATH_NAME) IO_PATH_COUNT };
#undef IO_PATH_NAME

#define IO_PATH_BIT(name) IO_PATH_##name = 1u << IO_PATH_INDEX_##name,
enum io_path { IO_PATH_STEPS(IO_PATH_BIT) };
#undef IO_PATH_BIT

#define IO_PATH_ALL ((1u << IO_PATH_COUNT) - 1)

#endif
