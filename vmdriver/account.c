/* SPDX-License-Identifier: BSD-2-Clause */
/* account.c - the names of what is counted: see account.h. */
#include "vmdriver/account.h"

const char *const hostcall_names[HOSTCALL_COUNT] = {
#define CALL(name, text) [HOSTCALL_##name] = text,
#include "vmdriver/calls.def"
#undef CALL
};

const char *const engine_count_names[ENGINE_COUNTS] = {
#define BT_COUNT(name, text) [ENGINE_##name] = text,
#define WIN_COUNT(name, text) [ENGINE_##name] = text,
#include "vmdriver/engine.def"
#undef BT_COUNT
#undef WIN_COUNT
};

const char *const chip_names[CHIP_COUNT] = {
#define CHIP(name, text) [CHIP_##name] = text,
#include "vmdriver/account.def"
};

const char *const flush_names[FLUSH_COUNT] = {
#define FLUSH(name, text) [FLUSH_##name] = text,
#include "vmdriver/account.def"
};

const char *const row_names[ROW_COUNT] = {
#define ROW(name, text) [ROW_##name] = text,
#include "vmdriver/account.def"
};
