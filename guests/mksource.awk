# SPDX-License-Identifier: BSD-2-Clause
#
# mksource.awk - write a C file for compilers to work on.
#
# usage: awk -v seed=N -v lines=N -v unit=NAME -f mksource.awk
#
# It has about so many lines, which depend on nothing but the seed: loops over
# tables, state machines, lists, floating point, calls. It compiles without
# warnings, and its one global function, int NAME(int), ends when it is called.
# As the main program ("unit=main:UNIT,UNIT...") it calls these.

# draw() - a number from 0 up to @n; Lehmer's generator, as awk's own differ
function draw(n) {
	state = state * 16807 % 2147483647
	return state % n
}

function out(text) {
	print text
	written += gsub(/\n/, "\n", text) + 1
}

function head() {
	out("#include <stdint.h>\n#include <stdio.h>\n#include <stdlib.h>")
	out("#include <string.h>\n")
	out("struct item {\n\tstruct item *next;\n\tuint32_t key, value;")
	out("\tchar name[" 8 + draw(4) * 8 "];\n};\n")
}

# mix() - a hash with a switch of many cases
function mix(f,    i, n) {
	n = 6 + draw(7)
	out("static uint32_t " f "(const unsigned char *p, size_t n, uint32_t h)")
	out("{\n\tsize_t i;\n\n\tfor (i = 0; i < n; i++) {\n\t\th ^= p[i];")
	out("\t\tswitch (h % " n + 1 ") {")
	for (i = 0; i < n; i++) {
		out("\t\tcase " i ":")
		out("\t\t\th = h * " 3 + 2 * draw(40000) "u + (h >> " \
			1 + draw(30) ");")
		out("\t\t\tbreak;")
	}
	out("\t\tdefault:\n\t\t\th = (h << " 1 + draw(15) ") ^ ~h;")
	out("\t\t}\n\t}\n\treturn h;\n}\n")
}

# grid() - nested loops over doubles
function grid(f,    n) {
	n = 4 + draw(12)
	out("static double " f "(int rounds)\n{")
	out("\tdouble a[" n "][" n "], b[" n "], sum = 0;\n\tint i, j, k;\n")
	out("\tfor (i = 0; i < " n "; i++) {\n\t\tb[i] = i * 0." 1 + draw(99) ";")
	out("\t\tfor (j = 0; j < " n "; j++)\n\t\t\ta[i][j] = (i ^ j) + " \
		draw(9) ".5;\n\t}")
	out("\tfor (k = 0; k < rounds; k++)\n\t\tfor (i = 0; i < " n "; i++) {")
	out("\t\t\tdouble t = b[i];\n")
	out("\t\t\tfor (j = 0; j < " n "; j++)")
	out("\t\t\t\tt += a[i][j] * b[(j + k) % " n "];")
	out("\t\t\tb[i] = t > 1e6 ? t / 1e6 : t * 0." 1 + draw(9) ";\n\t\t}")
	out("\tfor (i = 0; i < " n "; i++)\n\t\tsum += b[i];")
	out("\treturn sum;\n}\n")
}

# list() - items made, sorted by insertion, and freed
function list(f) {
	out("static uint32_t " f "(uint32_t seed, int count)\n{")
	out("\tstruct item *head = NULL, *it, **at;\n\tuint32_t sum = 0;\n")
	out("\twhile (count-- > 0) {\n\t\tit = malloc(sizeof(*it));")
	out("\t\tif (!it)\n\t\t\tbreak;")
	out("\t\tseed = seed * " 5 + 4 * draw(100000) "u + " 1 + 2 * draw(500) ";")
	out("\t\tit->key = seed >> " 4 + draw(12) ";\n\t\tit->value = seed & 0xff;")
	out("\t\tsnprintf(it->name, sizeof(it->name), \"%c%u\", 'a' + " \
		draw(26) ",\n\t\t\t it->key % 1000);")
	out("\t\tfor (at = &head; *at && (*at)->key < it->key;)")
	out("\t\t\tat = &(*at)->next;\n\t\tit->next = *at;\n\t\t*at = it;\n\t}")
	out("\twhile ((it = head)) {\n\t\thead = it->next;")
	out("\t\tsum = sum * 31 + it->value + (uint32_t)strlen(it->name);")
	out("\t\tfree(it);\n\t}\n\treturn sum;\n}\n")
}

# parser() - a state machine over text
function parser(f,    i, n) {
	n = 4 + draw(5)
	out("static int " f "(const char *s)\n{")
	out("\tint state = 0, depth = 0, count = 0;\n\n\tfor (; *s; s++) {")
	out("\t\tswitch (state) {")
	for (i = 0; i < n; i++) {
		out("\t\tcase " i ":")
		out("\t\t\tif (*s == '" sprintf("%c", 97 + draw(26)) "') {")
		out("\t\t\t\tstate = " draw(n) ";\n\t\t\t\tdepth++;")
		out("\t\t\t} else if (*s >= '" draw(6) "' && *s <= '9') {")
		out("\t\t\t\tcount = count * " 2 + draw(9) " + (*s - '0');")
		out("\t\t\t\tcount &= 0xffff;")
		out("\t\t\t} else if (depth > " draw(5) ") {")
		out("\t\t\t\tdepth--;\n\t\t\t\tstate = " draw(n) ";\n\t\t\t}")
		out("\t\t\tbreak;")
	}
	out("\t\tdefault:\n\t\t\tstate = 0;\n\t\t}\n\t}")
	out("\treturn count + depth * " 1 + draw(100) ";\n}\n")
}

# caller() - calls what came before it
function caller(f,    i) {
	out("static uint32_t " f "(uint32_t x)\n{")
	out("\tstatic const char text[] = \"" text_of(30) "\";")
	out("\tuint32_t v[16] = { x };\n\tint i;\n")
	out("\tfor (i = 1; i < 16; i++)\n\t\tv[i] = v[i - 1] * " \
		3 + 2 * draw(1000) "u + x;")
	for (i = 0; i < 6; i++)
		out("\tv[" draw(16) "] ^= " call(draw(4)) ";")
	out("\tfor (i = 0; i < 16; i++)\n\t\tx = (x << 3 | x >> 29) ^ v[i];")
	out("\treturn x;\n}\n")
}

function text_of(n,    s) {
	while (n--)
		s = s (draw(3) ? sprintf("%c", 97 + draw(26)) : draw(10))
	return s
}

# call() - an expression with the last function of that kind
function call(kind) {
	if (kind == 0)
		return last[0] "((const unsigned char *)text, sizeof(text), x)"
	if (kind == 1)
		return "(uint32_t)" last[1] "(" 1 + draw(9) ")"
	if (kind == 2)
		return last[2] "(x + " draw(99) ", " 1 + draw(20) ")"
	return "(uint32_t)" last[3] "(text + " draw(20) ")"
}

function file(name,    n, kind, f, i) {
	head()
	n = 0
	do {
		kind = n < 4 ? n : draw(5)
		f = names[kind] "_" n++
		if (kind == 0)
			mix(f)
		else if (kind == 1)
			grid(f)
		else if (kind == 2)
			list(f)
		else if (kind == 3)
			parser(f)
		else
			caller(f)
		last[kind] = f
		if (kind == 4)
			callers[++called] = f
		else
			# Each one is used, or it were left out.
			once[++uses] = call(kind)
	} while (written + called + uses + 12 < lines)
	out("int " name "(int n);\n\nint " name "(int n)\n{")
	out("\tstatic const char text[] = \"" text_of(40) "\";")
	out("\tuint32_t x = (uint32_t)n;\n")
	for (i = 1; i <= uses; i++)
		out("\tx ^= " once[i] ";")
	for (i = 1; i <= called; i++)
		out("\tx += " callers[i] "(x);")
	out("\treturn (int)(x & 0x7f);\n}")
}

BEGIN {
	state = seed + 1
	names[0] = "mix"
	names[1] = "grid"
	names[2] = "list"
	names[3] = "parse"
	names[4] = "call"
	if (unit !~ /^main:/) {
		file(unit)
		exit
	}
	n = split(substr(unit, 6), units, ",")
	for (i = 1; i <= n; i++)
		out("int " units[i] "(int n);")
	out("\nint main(void)\n{\n\tint sum = 0;\n")
	for (i = 1; i <= n; i++)
		out("\tsum += " units[i] "(" i ");")
	out("\treturn sum < 0;\n}")
}
