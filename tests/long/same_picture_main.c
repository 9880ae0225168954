/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * same_picture_main.c - are two pictures the same, one a PNG of ours, one a PPM
 * of QEMU's? Where QEMU is known to show something else the rule says what of
 * them is compared, and how.
 *
 * usage: same_picture OURS.png THEIRS.ppm RULE...
 *
 *	bits=N		the upper N bits of each colour (8)
 *	dots=N:M:K	our characters have N dots, theirs M: the first K of
 *			them are compared
 *	lines=N		lines below N
 *	from=N		and from N on (0)
 *	move=X,Y	our dot x, y is their x + X, y + Y
 *	stream=N	the first N dots, whatever the lengths of the lines
 *	colours=N	so many colours there must be (2, at most 16)
 *
 * Prints what is compared and how many dots differ; status 0: none of them.
 * Two pictures of fewer colours are no evidence: that is 1, too.
 */
#include <png.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct picture {
	unsigned int width, height;
	uint8_t *rgb;
};

#define COLOURS 16u

struct rule {
	unsigned int bits, ours, theirs, common, lines, from, stream, colours;
	unsigned int move_x, move_y;
};

static void die(const char *what)
{
	fprintf(stderr, "same_picture: %s\n", what);
	exit(2);
}

static struct picture read_png(const char *file)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	struct picture p;

	if (!png_image_begin_read_from_file(&image, file))
		die(image.message);
	image.format = PNG_FORMAT_RGB;
	p.rgb = malloc(PNG_IMAGE_SIZE(image));
	if (!p.rgb || !png_image_finish_read(&image, NULL, p.rgb, 0, NULL))
		die(image.message);
	p.width = image.width;
	p.height = image.height;
	return p;
}

/* read_ppm() - as QEMU writes them: no comments, colours of eight bits. */
static struct picture read_ppm(const char *file)
{
	FILE *f = fopen(file, "r");
	struct picture p;
	size_t size;

	if (!f || fscanf(f, "P6 %u %u 255", &p.width, &p.height) != 2 ||
	    fgetc(f) == EOF || p.width > 10000 || p.height > 10000)
		die("the second file is no PPM");
	size = (size_t)p.width * p.height * 3;
	p.rgb = malloc(size + 1);
	if (!p.rgb || fread(p.rgb, 1, size, f) != size)
		die("the PPM is too short");
	fclose(f);
	return p;
}

static struct rule read_rule(char **words)
{
	struct rule r = { .bits = 8, .ours = 1, .theirs = 1, .common = 1,
			  .lines = ~0u, .colours = 2 };

	for (; *words; words++) {
		if (sscanf(*words, "bits=%u", &r.bits) != 1 &&
		    sscanf(*words, "dots=%u:%u:%u", &r.ours, &r.theirs,
			   &r.common) != 3 &&
		    sscanf(*words, "lines=%u", &r.lines) != 1 &&
		    sscanf(*words, "from=%u", &r.from) != 1 &&
		    sscanf(*words, "move=%u,%u", &r.move_x, &r.move_y) != 2 &&
		    sscanf(*words, "stream=%u", &r.stream) != 1 &&
		    sscanf(*words, "colours=%u", &r.colours) != 1)
			die("a rule that it does not know");
	}
	if (r.bits < 1 || r.bits > 8 || !r.ours || !r.theirs ||
	    r.colours > COLOURS)
		die("a rule that can not be");
	return r;
}

static const uint8_t *dot(const struct picture *p, unsigned int x,
			  unsigned int y)
{
	return p->rgb + ((size_t)y * p->width + x) * 3;
}

struct result {
	unsigned long compared, differ;
	unsigned int x, y;	/* the first that differs */
	const uint8_t *colour[COLOURS]; /* that ours has, as many as must be */
	unsigned int colours;
};

/* count_colour() - if it is a new one, and not enough are known. */
static void count_colour(struct result *r, const struct rule *rule,
			 const uint8_t *rgb)
{
	unsigned int i;

	for (i = 0; i < r->colours; i++)
		if (!memcmp(rgb, r->colour[i], 3))
			return;
	if (r->colours < rule->colours)
		r->colour[r->colours++] = rgb;
}

static void compare(struct result *r, const struct rule *rule, const uint8_t *a,
		    const uint8_t *b, unsigned int x, unsigned int y)
{
	unsigned int i, drop = 8 - rule->bits;

	r->compared++;
	count_colour(r, rule, a);
	for (i = 0; i < 3; i++)
		if (a[i] >> drop != b[i] >> drop)
			break;
	if (i < 3 && r->differ++ == 0) {
		r->x = x;
		r->y = y;
	}
}

static void compare_lines(struct result *r, const struct rule *rule,
			  const struct picture *a, const struct picture *b)
{
	unsigned int x, y, cell, n, theirs;

	for (y = rule->from; y < a->height && y < rule->lines; y++) {
		if (y + rule->move_y >= b->height)
			break;
		for (x = 0; x < a->width; x++) {
			cell = (x + rule->move_x) / rule->ours;
			n = (x + rule->move_x) % rule->ours;
			theirs = cell * rule->theirs + n;
			if (theirs < b->width && n < rule->common)
				compare(r, rule, dot(a, x, y),
					dot(b, theirs, y + rule->move_y), x, y);
		}
	}
}

static void compare_stream(struct result *r, const struct rule *rule,
			   const struct picture *a, const struct picture *b)
{
	unsigned int i, n = rule->stream;

	if (n > a->width * a->height || n > b->width * b->height)
		die("there are not so many dots");
	for (i = 0; i < n; i++)
		compare(r, rule, a->rgb + 3 * i, b->rgb + 3 * i, i % a->width,
			i / a->width);
}

/* sizes_fit() - or the rule says why they are not the same. */
static bool sizes_fit(const struct rule *r, const struct picture *a,
		      const struct picture *b)
{
	return r->stream || r->ours != r->theirs || r->lines != ~0u ||
	       (a->width == b->width && a->height == b->height);
}

int main(int argc, char **argv)
{
	struct result r = { 0 };
	struct picture a, b;
	struct rule rule;

	if (argc < 3)
		die("usage: same_picture OURS.png THEIRS.ppm RULE...");
	a = read_png(argv[1]);
	b = read_ppm(argv[2]);
	rule = read_rule(argv + 3);
	if (rule.stream)
		compare_stream(&r, &rule, &a, &b);
	else
		compare_lines(&r, &rule, &a, &b);
	printf("%ux%u, theirs %ux%u: %lu compared, %lu differ", a.width,
	       a.height, b.width, b.height, r.compared, r.differ);
	if (r.differ)
		printf(", the first at %u,%u", r.x, r.y);
	printf("%s\n", r.colours < rule.colours ? ", of too few colours" : "");
	free(a.rgb);
	free(b.rgb);
	return r.differ || r.colours < rule.colours ||
	       !sizes_fit(&rule, &a, &b);
}
