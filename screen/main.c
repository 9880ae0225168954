/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - hostel-screen: shows a machine's screen. Started by hostel's keeper
 * (vmapp/screenproc.h), with the descriptors of screen/client/message.h.
 *
 * usage: hostel-screen DISPLAY OFFSET SIZE NAME
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "screen/listen.h"
#include "screen/screen.h"
#include "screen/walls.h"

/* Letters and digits that can not be mistaken for each other. */
#define LETTERS "abcdefghijkmnpqrstuvwxyz23456789"

/* draw() - @n letters at random; @text has room for them and a NUL. */
static void draw(char *text, size_t n)
{
	uint8_t bytes[64];
	size_t i;

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		die("no random numbers for --display: %s", strerror(errno));
	for (i = 0; i < n; i++)
		text[i] = LETTERS[bytes[i] % 32];
	text[n] = '\0';
}

/* choose_password() - draw one if other users of this host could connect. */
static void choose_password(struct screen *s)
{
	const char *own = getenv("HOSTEL_VNC_PASSWORD");

	if (own && strlen(own) >= sizeof(s->password))
		die("HOSTEL_VNC_PASSWORD is too long: VNC has eight "
		    "characters at most");
	if (own)
		strcpy(s->password, own);
	else if (!s->display.local)
		draw(s->password, sizeof(s->password) - 1);
}

static void say_vnc(const struct screen *s, const char *where)
{
	if (!*s->password)
		log_info("the screen is at VNC %s", where);
	else if (getenv("HOSTEL_VNC_PASSWORD"))
		log_info("the screen is at VNC %s, with HOSTEL_VNC_PASSWORD",
			 where);
	else
		log_info("the screen is at VNC %s, password %s", where,
			 s->password);
	if (!display_is_loopback(&s->display))
		log_warn("other hosts can come to it, and what goes over the "
			 "wire is not encrypted");
}

/* open_clients() - open the socket for clients, and what serves them. */
static void open_clients(struct screen *s)
{
	const bool web = s->display.kind == DISPLAY_WEB;
	char where[LISTEN_WHERE], why[512];

	if (web && !page_load(&s->page, why, sizeof(why)))
		die("--display web: %s", why);
	s->pump.listener[0] =
		listen_open(&s->display, s->name, (long)getppid(), where);
	if (web) {
		draw(s->web.token, sizeof(s->web.token) - 1);
		s->web.page = &s->page;
		s->web.port = s->display.port;
		s->pump.web = &s->web;
		log_info("the screen: open http://%s/?token=%s", where,
			 s->web.token);
	} else {
		choose_password(s);
		say_vnc(s, where);
	}
	s->pump.password = *s->password;
	if (!vnc_open(&s->vnc, &s->view, &s->keys,
		      *s->password ? s->password : NULL, s->name))
		die("--display: out of memory");
}

/* number() - read a number. Return: false if @text is none. */
static bool number(const char *text, uint64_t *out)
{
	char *end;

	*out = strtoull(text, &end, 10);
	return *text >= '0' && *text <= '9' && !*end;
}

static void open_all(struct screen *s, char **argv)
{
	char error[DISPLAY_ERROR];
	uint64_t at, size;
	int err = -EPROTO;

	if (!display_parse(argv[1], &s->display, error))
		die_usage("%s", error);
	s->name = argv[4];
	if (number(argv[2], &at) && number(argv[3], &size))
		err = view_open(&s->view, SCREEN_FD_MEMORY, at, size);
	if (err)
		die("the machine's video memory can not be mapped: %s",
		    strerror(-err));
	close(SCREEN_FD_MEMORY);
	if (s->display.kind == DISPLAY_VNC || s->display.kind == DISPLAY_WEB)
		open_clients(s);
	if (s->display.kind == DISPLAY_TEXT)
		text_open(&s->text, SCREEN_FD_SAID);
}

/* close_in() - the walls; from here on others may speak to us. */
static void close_in(struct screen *s)
{
	const bool clients = s->vnc.rfb;
	const uint8_t ready = SCREEN_READY;
	int err = walls_prepare();

	if (!err && clients)
		err = pump_start(&s->pump, &s->news);
	if (!err)
		err = walls_close(s->display.kind);
	if (err)
		die("the sandbox can not be closed: %s", strerror(-err));
	if (write(SCREEN_FD_KEEPER, &ready, 1) != 1)
		_exit(EXIT_SETUP);
}

int main(int argc, char **argv)
{
	static struct screen s = {
		.keys.app = SCREEN_FD_APP, .news = -1,
		.pump.listener = { -1, -1 },
	};
	socklen_t size = sizeof(int);
	int type;

	log_init("hostel-screen", LOG_INFO);
	if (argc != 5 ||
	    getsockopt(SCREEN_FD_APP, SOL_SOCKET, SO_TYPE, &type, &size) ||
	    type != SOCK_SEQPACKET)
		usage_exit("hostel-screen: shows the screen of a Hostel "
			   "machine. It is started by 'hostel run --display', "
			   "not by hand.\n",
			   argc - 1, argv + 1);
	/* What ends the machine is its keeper's to decide. */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	open_all(&s, argv);
	/* One with a terminal gives that back first. */
	if (s.display.kind != DISPLAY_TEXT)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	close_in(&s);
	screen_run(&s);
	/* A sanitizer looks for leaks at the end, by calls that the walls do
	 * not let through. */
	_exit(0);
}
