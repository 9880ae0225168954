/* SPDX-License-Identifier: BSD-2-Clause */
/* vnc.c - libvncserver: see vnc.h. */
#include "screen/vnc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <rfb/rfb.h>
#include <rfb/rfbregion.h>

#include "base/check.h"

/* The picture's size until the machine has shown something: text. */
#define FIRST_WIDTH	720
#define FIRST_HEIGHT	400

/* of_client() - Return: the keyboard of a client of the library's. */
static struct keyboard *of_client(rfbClientPtr cl)
{
	return cl->clientData;
}

static struct vnc *of_screen(rfbClientPtr cl)
{
	return cl->screen->screenData;
}

static void on_key(rfbBool down, rfbKeySym sym, rfbClientPtr cl)
{
	struct vnc *v = of_screen(cl);

	v->heard = true;
	keyboard_sym(of_client(cl), v->keys, (uint32_t)sym, down);
}

static void on_pointer(int buttons, int x, int y, rfbClientPtr cl)
{
	struct vnc *v = of_screen(cl);

	v->heard = true;
	if (x >= 0 && y >= 0)
		keyboard_point(of_client(cl), v->keys, (unsigned int)x,
			       (unsigned int)y, (unsigned int)v->rfb->width,
			       (unsigned int)v->rfb->height, (uint8_t)buttons);
}

static void on_gone(rfbClientPtr cl)
{
	keyboard_gone(of_client(cl), of_screen(cl)->keys);
	free(cl->clientData);
	cl->clientData = NULL;
}

static enum rfbNewClientAction on_new(rfbClientPtr cl)
{
	cl->clientData = calloc(1, sizeof(struct keyboard));
	if (!cl->clientData)
		return RFB_CLIENT_REFUSE;
	cl->clientGoneHook = on_gone;
	return RFB_CLIENT_ACCEPT;
}

/* on_update() - the library is about to send a picture: not to a client that
 * takes it for one of another size. */
static void on_update(rfbClientPtr cl)
{
	if (cl->newFBSizePending && !cl->useNewFBSize)
		rfbCloseClient(cl);
}

/* vnc_ours() - pixels as struct view has them: xRGB in 32 bits. */
static void vnc_ours(rfbScreenInfoPtr rfb)
{
	rfb->serverFormat.redShift = 16;
	rfb->serverFormat.greenShift = 8;
	rfb->serverFormat.blueShift = 0;
	rfb->serverFormat.depth = 24;
}

/* try_out() - check a password once, now: the first time, the library loads its
 * cipher, for which it opens files, and seeds random(), from which it draws
 * challenges, with the time. Then seed random() better. */
static void try_out(char *password)
{
	unsigned char challenge[CHALLENGESIZE];
	unsigned int better = 0;

	rfbRandomBytes(challenge);
	rfbEncryptBytes(challenge, password);
	if (getrandom(&better, sizeof(better), 0) == sizeof(better))
		srandom(better);
}

/* say_nothing() - the library's messages about viewers are not printed. */
static void PRINTF_LIKE(1, 2) say_nothing(const char *format, ...)
{
	(void)format;
}

bool vnc_open(struct vnc *v, struct view *view, struct keyboard_out *keys,
	      char *password, const char *name)
{
	rfbScreenInfoPtr rfb;

	rfbLog = rfbErr = say_nothing;
	rfb = rfbGetScreen(NULL, NULL, FIRST_WIDTH, FIRST_HEIGHT, 8, 3, 4);
	if (!rfb)
		return false;
	snprintf(v->title, sizeof(v->title), "%s%sHostel", name,
		 *name ? " - " : "");
	v->rfb = rfb;
	v->view = view;
	v->keys = keys;
	v->passwords[0] = password;
	rfb->screenData = v;
	rfb->desktopName = v->title;
	v->first = calloc(FIRST_WIDTH * FIRST_HEIGHT, 4);
	rfb->frameBuffer = v->first;
	rfb->cursor = NULL;	/* the guest draws its own */
	rfb->alwaysShared = TRUE;
	rfb->deferUpdateTime = 0;	/* the pace is ours */
	rfb->deferPtrUpdateTime = 0;
	rfb->permitFileTransfer = FALSE;
	rfb->newClientHook = on_new;
	rfb->displayHook = on_update;
	rfb->kbdAddEvent = on_key;
	rfb->ptrAddEvent = on_pointer;
	vnc_ours(rfb);
	if (password) {
		rfb->authPasswdData = v->passwords;
		rfb->passwordCheck = rfbCheckPasswordByList;
		try_out(password);
	}
	return v->first;
}

void vnc_add(struct vnc *v, int fd)
{
	rfbNewClient(v->rfb, fd);
	v->heard = true;
}

/* vnc_each() - Return: how many of the library's clients @is is true of. */
static size_t vnc_each(struct vnc *v, bool (*is)(rfbClientPtr cl, void *arg),
		       void *arg)
{
	rfbClientIteratorPtr i = rfbGetClientIterator(v->rfb);
	rfbClientPtr cl;
	size_t n = 0;

	while (i && (cl = rfbClientIteratorNext(i)))
		n += is(cl, arg);
	if (i)
		rfbReleaseClientIterator(i);
	return n;
}

struct polled {
	struct pollfd *f;
	size_t room;
};

static bool vnc_polls(rfbClientPtr cl, void *arg)
{
	struct polled *p = arg;

	if (!p->room)
		return false;
	p->room--;
	*p->f++ = (struct pollfd){ cl->sock, POLLIN, 0 };
	return true;
}

size_t vnc_poll(struct vnc *v, struct pollfd *f, size_t room)
{
	struct polled p = { f, room };

	return vnc_each(v, vnc_polls, &p);
}

static bool vnc_wants(rfbClientPtr cl, void *arg)
{
	(void)arg;
	return cl->state == RFB_NORMAL && !sraRgnEmpty(cl->requestedRegion);
}

bool vnc_wanted(struct vnc *v)
{
	return vnc_each(v, vnc_wants, NULL);
}

void vnc_turn(struct vnc *v)
{
	rfbProcessEvents(v->rfb, 0);
}

/* can_not_resize() - does the client not understand a change of size? Then it
 * is cut off. One that has not said yet what it understands is to be told, if
 * it says so. */
static bool can_not_resize(rfbClientPtr cl, void *arg)
{
	(void)arg;
	if (cl->state != RFB_NORMAL || cl->useNewFBSize)
		return false;
	if (cl->preferredEncoding == -1) {
		cl->newFBSizePending = TRUE;
		return false;
	}
	rfbCloseClient(cl);
	return true;
}

/* translate() - have the library make its clients' pixels of ours. */
static bool translate(rfbClientPtr cl, void *arg)
{
	(void)arg;
	return rfbSetTranslateFunction(cl);
}

static void on_resized(void *self)
{
	struct vnc *v = self;

	if (v->rfb->width != (int)v->view->width ||
	    v->rfb->height != (int)v->view->height)
		vnc_each(v, can_not_resize, NULL);
	rfbNewFramebuffer(v->rfb, (char *)v->view->pixels, (int)v->view->width,
			  (int)v->view->height, 8, 3, 4);
	/* It has chosen how to translate by a format of its own. */
	vnc_ours(v->rfb);
	vnc_each(v, translate, NULL);
	free(v->first);
	v->first = NULL;
}

static void on_changed(void *self, unsigned int x, unsigned int y,
		       unsigned int width, unsigned int height)
{
	struct vnc *v = self;

	rfbMarkRectAsModified(v->rfb, (int)x, (int)y, (int)(x + width),
			      (int)(y + height));
}

struct view_told vnc_told(struct vnc *v)
{
	return (struct view_told){ v, on_resized, on_changed };
}
