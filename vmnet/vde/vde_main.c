/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vde_main.c - vmnet-vde: a cable between a network of VMNet and a switch of
 * VDE (libvdeplug), on which QEMU, UML and 86Box can be. It is what `hostel net
 * vde` becomes; and vmnetd starts it, with a port of the switch as descriptor
 * CHILD_FD and the VDE switch's folder, for a network that the file of networks
 * joins to one (vde_network.h).
 *
 * 1. To VMNet it is a client like a card, which may send from any address but
 *    those of other cards; to the VDE switch it is a plug.
 * 2. The process that moves frames has the two sockets and nothing else. Its
 *    parent sees no frame, and starts another one when either end has gone. So
 *    a switch that is restarted is plugged in again. A network's own cable,
 *    which vmnetd starts, is that process itself: it waits for the VDE switch
 *    and ends with either end, and vmnetd starts the next one.
 * 3. A frame that the other end does not take at once is lost and counted, as
 *    at any switch; so is a frame from VDE that is too short or too long for a
 *    card, and what is too long for one from VMNet.
 */
#include <errno.h>
#include <fcntl.h>
#include <libvdeplug.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/privileges.h"
#include "base/sandbox.h"
#include "vmnet/client/client.h"
#include "vmnet/keeper/child.h"

#define PAUSE_MS	500	/* before the next attempt */
#define BATCH		32u	/* frames of one end, before the other's turn */
#define GROWS		(16ull << 20)
#define GROWS_SPACE	(64ull << 20)

/* Exit statuses of the process that moves frames. */
enum { ENDED_WELL, ENDED_FOR_GOOD, ENDED_FOR_NOW };

/* All that this process may ask of the kernel. */
#define VDE_CALLS(CALL, CALL_IF)					\
	CALL(poll) CALL(recvfrom) CALL_IF(sendto, 4, ~0ull, 0)

/* What no file of ours asks for: libvdeplug's and malloc(); what libc makes of
 * poll(); last words, signals and the end. */
#define VDE_LIBC_CALLS(CALL, CALL_IF)					\
	CALL_IF(mmap, 2, PROT_EXEC, 0) CALL(munmap) CALL(brk)		\
	CALL(write) CALL(ppoll) CALL(futex) CALL(rt_sigreturn)		\
	CALL(restart_syscall) CALL(exit) CALL(exit_group)

static const struct sandbox_rule vde_rules[] = {
	VDE_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
	VDE_LIBC_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
};

struct cable {
	struct vmnet_client net;	/* of which only the socket is used
					 * once frames move; vmnetd's own has
					 * nothing but that */
	bool tells;			/* vmnetd's own: of what was lost */
	VDECONN *vde;
	uint8_t frame[VDE_ETHBUFSIZE];
};

/* What the two processes share. */
struct counts {
	uint64_t in, out;	/* frames from VDE, and to it */
	uint64_t in_lost, out_lost;
	bool plugged;		/* there was a cable once */
};

static volatile sig_atomic_t stopped;

static void vde_stop(int signal)
{
	(void)signal;
	stopped = 1;
}

/* ---- frames ------------------------------------------------------------- */

/* from_vmnet() - copy frames from VMNet. Return: is VMNet still there?
 * #syscalls[vde] recvfrom */
static bool from_vmnet(struct cable *c, struct counts *n)
{
	unsigned int i;
	ssize_t len;

	for (i = 0; i < BATCH; i++) {
		len = recv(c->net.sock, c->frame, sizeof(c->frame),
			   MSG_DONTWAIT | MSG_TRUNC);
		if (len <= 0)
			return len < 0 && (errno == EAGAIN || errno == EINTR);
		if (len < (ssize_t)VMNET_FRAME_MIN)
			continue;	/* an event: of its link, for example */
		if (len <= (ssize_t)VMNET_FRAME_MAX &&
		    vde_send(c->vde, c->frame, (size_t)len, 0) == len)
			n->out++;
		else
			n->out_lost++;
	}
	return true;
}

/* from_vde() - copy frames from the VDE switch. Return: is that still there?
 * #syscalls[vde] sendto */
static bool from_vde(struct cable *c, struct counts *n)
{
	unsigned int i;
	ssize_t len;

	for (i = 0; i < BATCH; i++) {
		len = vde_recv(c->vde, c->frame, sizeof(c->frame), 0);
		if (len <= 0)
			return len == 0 || errno == EAGAIN || errno == EINTR;
		if (len >= (ssize_t)VMNET_FRAME_MIN &&
		    len <= (ssize_t)VMNET_FRAME_MAX &&
		    send(c->net.sock, c->frame, (size_t)len,
			 MSG_DONTWAIT | MSG_NOSIGNAL) == len)
			n->in++;
		else
			n->in_lost++;
	}
	return true;
}

/* lost_tell() - of one way, if there is room for that now. @lost: 0 once it
 * was told. #syscalls[vde] sendto */
static void lost_tell(const struct cable *c, enum vde_drop way, uint64_t *lost)
{
	const struct vmnet_event e = { .type = VMNET_EVENT_DROPS,
				       .value = (uint8_t)way,
				       .count = (uint32_t)*lost };

	if (c->tells && *lost &&
	    send(c->net.sock, &e, sizeof(e), MSG_DONTWAIT | MSG_NOSIGNAL) > 0)
		*lost = 0;
}

/* vde_there() - is the VDE switch still there? Its control socket is silent as
 * long as it is. #syscalls[vde] recvfrom */
static bool vde_there(const struct cable *c)
{
	char scrap;
	ssize_t len = recv(vde_ctlfd(c->vde), &scrap, 1, MSG_DONTWAIT);

	return len > 0 || (len < 0 && (errno == EAGAIN || errno == EINTR));
}

/* frames_move() - copy frames until an end has gone. #syscalls[vde] poll */
static void frames_move(struct cable *c, struct counts *n)
{
	struct pollfd p[] = {
		{ .fd = c->net.sock, .events = POLLIN },
		{ .fd = vde_datafd(c->vde), .events = POLLIN },
		{ .fd = vde_ctlfd(c->vde), .events = POLLIN },
	};
	bool both = true;

	while (both) {
		if (poll(p, ARRAY_SIZE(p), -1) < 0 && errno != EINTR)
			return;
		both = (!p[2].revents || vde_there(c)) &&
		       (!p[0].revents || from_vmnet(c, n)) &&
		       (!p[1].revents || from_vde(c, n));
		lost_tell(c, VDE_DROP_OUT, &n->out_lost);
		lost_tell(c, VDE_DROP_IN, &n->in_lost);
	}
}

/* ---- the cable ---------------------------------------------------------- */

/* net_plug() - plug into VMNet. Return: ENDED_WELL if it is plugged in; else
 * the exit status. */
static int net_plug(struct cable *c, const char *network, bool quiet)
{
	uint8_t mac[6] = { 0x02 };
	const struct vmnet_plug plug = { .network = network, .mac = mac,
					 .any_mac = true, .machine = "vde",
					 .machine_pid = getppid() };
	int err;

	/* Two cables to one network are two clients. */
	if (getrandom(mac + 1, sizeof(mac) - 1, 0) < 0)
		return ENDED_FOR_NOW;
	err = vmnet_client_plug(&c->net, &plug);
	if (err == 0)
		return ENDED_WELL;
	if (!quiet || err == -EINVAL)
		log_error("%s: %s", network, c->net.why);
	return err == -EINVAL ? ENDED_FOR_GOOD : ENDED_FOR_NOW;
}

/* vde_walls() - give up all but the two sockets. */
static void vde_walls(void)
{
	int err;

	limits_memory(GROWS, GROWS_SPACE);
	err = privileges_drop(0);
	if (err >= 0)
		err = sandbox_enter(vde_rules, ARRAY_SIZE(vde_rules));
	if (err)
		die("the sandbox can not be closed: %s", strerror(-err));
}

/* vde_plug() - at the switch in that folder; Return: is it? */
static bool vde_plug(struct cable *c, const char *path)
{
	char url[600], name[] = "Hostel's VMNet";

	/* With its kind: else a name may ask the library for anything. */
	snprintf(url, sizeof(url), "vde://%s", path);
	c->vde = vde_open(url, name, NULL);
	if (!c->vde)
		return false;
	/* The library looks at no flag. */
	fcntl(vde_datafd(c->vde), F_SETFL, O_NONBLOCK);
	return true;
}

/* cable_run() - plug in both ends and copy frames; in the child. Return: its
 * exit status. */
static int cable_run(const char *network, const char *path, struct counts *n)
{
	struct cable *c = calloc(1, sizeof(*c));
	int ended;

	if (!c)
		return ENDED_FOR_NOW;
	if (!vde_plug(c, path)) {
		if (!n->plugged)
			log_error("%s: no VDE switch answers there: %s (start "
				  "it with: vde_switch --sock %s)",
				  path, strerror(errno), path);
		return ENDED_FOR_NOW;
	}
	ended = net_plug(c, network, n->plugged);
	if (ended != ENDED_WELL)
		return ended;
	log_info("%s is plugged into %s", path, network);
	n->plugged = true;
	vde_walls();
	frames_move(c, n);
	return ENDED_FOR_NOW;
}

/* cable_start() - start a child that runs the cable. Return: its pid.
 * #syscalls fork */
static pid_t cable_start(const char *network, const char *path,
			 struct counts *n)
{
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (pid > 0)
		return pid;
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(ENDED_WELL);
	/* What else is done at an exit may ask for what the walls deny. */
	_exit(cable_run(network, path, n));
}

/* cable_await() - wait for the child's end. Return: its exit status.
 * #syscalls wait4 kill */
static int cable_await(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0)
		if (errno == EINTR && stopped)
			kill(pid, SIGKILL);
	if (stopped)
		return ENDED_WELL;
	if (WIFSIGNALED(status))
		log_error("the process that moves frames was ended by signal "
			  "%d (%s)",
			  WTERMSIG(status), strsignal(WTERMSIG(status)));
	return WIFEXITED(status) ? WEXITSTATUS(status) : ENDED_FOR_NOW;
}

/* ---- vmnetd's own ------------------------------------------------------- */

/* is_helper() - has vmnetd started us? */
static bool is_helper(void)
{
	int type = 0;
	socklen_t len = sizeof(type);

	return getsockopt(CHILD_FD, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
	       type == SOCK_SEQPACKET;
}

/* helper_pause() - before the VDE switch is looked for again. Return: is vmnetd
 * still there? */
static bool helper_pause(void)
{
	struct pollfd p = { .fd = CHILD_FD, .events = POLLRDHUP };

	return poll(&p, 1, PAUSE_MS) == 0;
}

/* helper_run() - Return: the exit status. */
static int helper_run(const char *path, struct counts *n)
{
	const struct vmnet_event up = { .type = VMNET_EVENT_LINK, .value = 1 };
	struct cable *c = calloc(1, sizeof(*c));

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN);
	if (!c)
		return EXIT_SETUP;
	c->net.sock = CHILD_FD;
	c->tells = true;
	while (!vde_plug(c, path))
		if (!helper_pause())
			return 0;
	vde_walls();
	if (send(CHILD_FD, &up, sizeof(up), MSG_NOSIGNAL) > 0)
		frames_move(c, n);
	/* What else is done at an exit may ask for what the walls deny. */
	_exit(0);
}

/* ---- by hand ------------------------------------------------------------ */

static void hear_signals(void)
{
	struct sigaction act = { .sa_handler = vde_stop };

	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	signal(SIGPIPE, SIG_IGN);
}

int main(int argc, char **argv)
{
	const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000l };
	struct counts *n = mmap(NULL, sizeof(*n), PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int ended = ENDED_FOR_NOW;

	log_init("hostel", LOG_INFO);
	if (n == MAP_FAILED)
		die("out of memory");
	if (argc == 2 && argv[1][0] == '/' && is_helper())
		return helper_run(argv[1], n);
	if (argc != 3 || argv[2][0] != '/')
		usage_exit("vmnet-vde: the part of 'hostel net vde' that moves "
			   "frames. It is started by that, not by hand.\n",
			   argc - 1, argv + 1);
	hear_signals();
	while (ended == ENDED_FOR_NOW && !stopped) {
		ended = cable_await(cable_start(argv[1], argv[2], n));
		if (ended == ENDED_FOR_NOW && !n->plugged)
			return EXIT_SETUP;
		if (ended == ENDED_FOR_NOW)
			nanosleep(&pause, NULL);
	}
	log_info("%llu frames from VDE (%llu lost), %llu to it (%llu lost)",
		 (unsigned long long)n->in, (unsigned long long)n->in_lost,
		 (unsigned long long)n->out, (unsigned long long)n->out_lost);
	return ended == ENDED_WELL || stopped ? 0 : EXIT_SETUP;
}
