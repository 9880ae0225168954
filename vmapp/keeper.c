/* SPDX-License-Identifier: BSD-2-Clause */
/* keeper.c - what is done for hostel-app from outside: see keeper.h. */
#include "vmapp/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/fdpass.h"
#include "base/log.h"
#include "base/memfd.h"
#include "vmapp/back/cable.h"
#include "vmapp/back/cardpcap.h"
#include "vmapp/back/diskproc.h"
#include "vmapp/config/identity.h"
#include "vmapp/control/place.h"
#include "vmapp/outfile.h"
#include "vmapp/screenproc.h"
#include "vmapp/vm.h"
#include "vmnet/client/client.h"

/* A second signal after this time ends the machine at once. */
#define AGAIN_NS 500000000u

/* How long hostel-app may take to end, counted in slices: of the time when this
 * host, or all of the machine's processes, stood still one counts at most. */
#define PATIENCE_SLICES	40
#define SLICE_NS	(NSEC_PER_SEC / 4)

/* Time between two clients of the control socket that are let in. */
#define ADMIT_REST_NS	4000000

BUILD_ASSERT(VMNET_DIAL_FOLDERS >= CONFIG_NICS);

struct keeper {
	const struct vm_config *config;
	struct cable cables[PC_LINES];
	struct diskproc disks[CONFIG_DRIVES];
	struct cardpcap pcap[CONFIG_NICS];
	struct vmnet_dial dial;
	int report, dump;	/* descriptors, or -1 */
	bool report_begun;	/* what an earlier run left in it is gone */
	int signals;		/* signalfd */
	pid_t self, app;
	int link;		/* the socket to hostel-app */
	struct place place;	/* where others find the machine */
	int door;		/* their connections go to hostel-app by it */
	uint64_t rested_ns;	/* when the next one may; 0: now */
	struct vm_kept *kept;
	int memory;		/* the memory file, which all lives have */
	struct screenproc screen;
	bool again;		/* it asked for another life */
	bool faulted;		/* one ended by a triple fault */
	int quit_signal;	/* the first that was to end it, or 0 */
	uint64_t asked_ns;	/* when that was */
	uint64_t slice_ns;	/* the end of this slice; asked_ns is set */
	unsigned int patience;	/* slices that are left */
	bool forced;		/* it was ended as it did not heed that */
};

/* close_pcaps() - close the captures' descriptors; in a child. */
static void close_pcaps(struct keeper *k)
{
	unsigned int i;

	for (i = 0; i < CONFIG_NICS; i++)
		cardpcap_close(&k->pcap[i]);
}

static _Noreturn void become_app(struct keeper *k, int link, int door)
{
	struct vm_setting setting = {
		.config = k->config, .cables = k->cables, .disks = k->disks,
		.report = k->report, .dump = k->dump, .keeper = link,
		.faulted = k->faulted, .door = door, .kept = k->kept,
		.memory = k->memory,
		.words = k->screen.lost ? -1 : k->screen.said[1],
	};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != k->self)
		_exit(1);	/* it died before we asked */
	prctl(PR_SET_NAME, "hostel-app");
	close(k->link);
	close(k->door);
	close(k->signals);
	close_pcaps(k);
	if (k->place.sock >= 0)
		close(k->place.sock);
	if (k->screen.pid) {
		close(k->screen.link);
		close(k->screen.app);
	}
	_exit(vm_run(&setting));
}

/* ---- in the keeper ----------------------------------------------------- */

/* on_ready() - hostel-app has started up: from here on an error is no mistake
 * of the user's. */
static void on_ready(struct keeper *k)
{
	unsigned int i;

	/* A reset is not the end of what is reported. */
	if (k->report >= 0 && !k->report_begun && ftruncate(k->report, 0) == 0)
		lseek(k->report, 0, SEEK_SET);
	k->report_begun = true;
	for (i = 0; i < PC_LINES; i++)
		cable_take(&k->cables[i]);
}

/* dial_open() - connect to VMNet, and hand in the folders of all cards. */
static int dial_open(struct keeper *k)
{
	const struct vm_config *config = k->config;
	int err = vmnet_dial_open(&k->dial);
	unsigned int i;

	for (i = 0; !err && i < config->nic_count; i++)
		if (config->nic[i].wishes.folder)
			vmnet_dial_folder(&k->dial,
					  config->nic[i].wishes.folder,
					  config->nic[i].wishes.folder_fd);
	return err;
}

/* attend_pcaps() - VMNet runs: start the captures before the cards join.
 * Return: false if one can not begin. */
static bool attend_pcaps(struct keeper *k)
{
	bool good = true;
	unsigned int i;

	for (i = 0; i < CONFIG_NICS; i++)
		good &= cardpcap_attend(&k->pcap[i]);
	return good;
}

static bool has_pcaps(const struct keeper *k)
{
	unsigned int i;

	for (i = 0; i < CONFIG_NICS && k->pcap[i].file < 0; i++)
		;
	return i < CONFIG_NICS;
}

/* on_dial() - hostel-app asks for VMNet. Return: a socket, or -errno. */
static int on_dial(struct keeper *k)
{
	int err = *k->dial.dir ? 0 : dial_open(k);
	int fd = err ? err : vmnet_dial(&k->dial);

	if (fd < 0 || !has_pcaps(k))
		return fd;
	/* That one only keeps VMNet there: it may say nothing for too long. */
	err = attend_pcaps(k) ? 0 : -ECANCELED;
	close(fd);
	return err ? err : vmnet_dial(&k->dial);
}

/* on_screen() - hostel-app asks for hostel-screen. Return: hostel-app's end of
 * the socket, the caller's; or -errno. */
static int on_screen(struct keeper *k)
{
	const struct vm_kept *kept = k->kept;
	int err = screenproc_start(&k->screen, k->config, k->memory,
				   kept->screen_at, kept->screen_size);
	int fd = err ? err : fcntl(k->screen.app, F_DUPFD_CLOEXEC, 0);

	return err || fd >= 0 ? fd : -errno;
}

/* keeper_serve() - serve one request. Return: false if hostel-app is gone. */
static bool keeper_serve(struct keeper *k)
{
	int32_t err = 0;
	uint8_t request;
	int fd = -1;
	ssize_t n = recv(k->link, &request, 1, 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0)
		return false;
	switch (request) {
	case KEEPER_READY:
		on_ready(k);
		break;
	case KEEPER_DIAL:
		fd = on_dial(k);
		err = fd < 0 ? fd : 0;
		break;
	case KEEPER_SCREEN:
		fd = on_screen(k);
		err = MIN(fd, 0);
		break;
	case KEEPER_FAULTED:
		k->faulted = true;
		/* fall through */
	case KEEPER_AGAIN:
		k->again = true;
		break;
	default:
		err = -EINVAL;
	}
	/* Who asks without listening gets no answer: nothing blocks here. */
	fdpass_send(k->link, &err, sizeof(err), &fd, fd >= 0);
	if (fd >= 0)
		close(fd);
	return true;
}

/* asked_again() - is this a second request to end the machine, some time after
 * the first? (timeout(1) sends two signals at once, to us and our group.) */
static bool asked_again(struct keeper *k)
{
	uint64_t now = clock_now_ns();

	if (!k->asked_ns) {
		k->asked_ns = now;
		k->slice_ns = now + SLICE_NS;
		k->patience = PATIENCE_SLICES;
	}
	return now - k->asked_ns > AGAIN_NS;
}

/* quit_typed() - Ctrl-] was typed on the text screen, which has the
 * terminal. */
static void quit_typed(struct keeper *k)
{
	const union sigval typed = { .sival_int = QUIT_TYPED };

	k->forced = asked_again(k);
	if (!k->quit_signal)
		k->quit_signal = SIGINT;
	if (k->forced)
		kill(k->app, SIGKILL);
	else
		sigqueue(k->app, SIGINT, typed);
}

/* pass_signal_on() - pass a signal to hostel-app. A second one ends it at once;
 * SIGCONT is for us, who have the terminal. */
static void pass_signal_on(struct keeper *k)
{
	struct signalfd_siginfo info;

	if (read(k->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	if (info.ssi_signo == SIGCONT) {
		cable_again();
		return;
	}
	if (info.ssi_signo != SIGUSR1) {
		k->forced = asked_again(k);
		if (!k->quit_signal)
			k->quit_signal = (int)info.ssi_signo;
	}
	kill(k->app, k->forced ? SIGKILL : (int)info.ssi_signo);
}

/* slice_left() - Return: milliseconds until the slice ends, for poll(). */
static int slice_left(const struct keeper *k)
{
	uint64_t now = clock_now_ns();

	if (!k->asked_ns || !k->patience)
		return -1;
	return now < k->slice_ns ? (int)((k->slice_ns - now) / 1000000) + 1 : 0;
}

/* slice_over() - has the last slice passed? Then end hostel-app. */
static void slice_over(struct keeper *k)
{
	if (slice_left(k) != 0)
		return;
	k->slice_ns = clock_now_ns() + SLICE_NS;
	k->patience--;
	if (k->patience)
		return;
	k->forced = true;
	kill(k->app, SIGKILL);
}

/* keeper_exited() - hostel-app has ended with @status, which becomes ours. If
 * it was in a reset it may not have heard that it was to end. */
static int keeper_exited(struct keeper *k, int status)
{
	if (!k->again || !k->quit_signal)
		return status;
	k->again = false;
	log_info("ended by SIG%s; the guest was not shut down",
		 sigabbrev_np(k->quit_signal));
	return EXIT_BY_SIGNAL(k->quit_signal);
}

/* keeper_admit() - accept a client of the control socket, and hand it to
 * hostel-app, if that has room. The next client waits a moment, so that a flood
 * does not keep us busy. */
static void keeper_admit(struct keeper *k)
{
	const uint8_t word = 0;
	int fd = place_accept(&k->place);

	k->rested_ns = clock_now_ns() + ADMIT_REST_NS;
	if (fd < 0)
		return;
	fdpass_send(k->door, &word, sizeof(word), &fd, 1);
	close(fd);
}

/* keeper_doorbell() - what to poll for clients of the control socket. @ms:
 * becomes at most the time until the next is let in */
static struct pollfd keeper_doorbell(struct keeper *k, int *ms)
{
	struct pollfd p = { .fd = k->place.sock, .events = POLLIN };
	uint64_t now = clock_now_ns();

	if (k->place.sock < 0 || now >= k->rested_ns)
		return p;
	p.fd = -1;
	if (*ms < 0 || *ms > ADMIT_REST_NS / 1000000)
		*ms = ADMIT_REST_NS / 1000000;
	return p;
}

/* hear_pcaps() - look which captures have ended. @p: the poll result of each */
static void hear_pcaps(struct keeper *k, const struct pollfd *p)
{
	unsigned int i;

	for (i = 0; i < CONFIG_NICS; i++)
		if (p[i].revents && k->pcap[i].alive == p[i].fd)
			cardpcap_ended(&k->pcap[i]);
}

/* watch_over() - serve hostel-app until it has ended. Return: its exit
 * status. */
static int watch_over(struct keeper *k)
{
	struct pollfd p[5 + CONFIG_NICS] = {
		{ .fd = k->link, .events = POLLIN },
		{ .fd = k->signals, .events = POLLIN },
	};
	int status, ms, i;

	for (;;) {
		ms = slice_left(k);
		p[2] = keeper_doorbell(k, &ms);
		p[3] = (struct pollfd){ k->screen.link, POLLIN, 0 };
		p[4] = (struct pollfd){ screenproc_lost_words(&k->screen),
					POLLIN, 0 };
		for (i = 0; i < CONFIG_NICS; i++)
			p[5 + i] = (struct pollfd){ k->pcap[i].alive, POLLIN,
						    0 };
		if (poll(p, ARRAY_SIZE(p), ms) < 0)
			continue;
		slice_over(k);
		if (p[1].revents)
			pass_signal_on(k);
		if (p[0].revents && !keeper_serve(k))
			break;
		if (p[2].revents)
			keeper_admit(k);
		if (p[3].revents && screenproc_hear(&k->screen))
			quit_typed(k);
		if (p[4].revents)
			screenproc_pass(&k->screen);
		hear_pcaps(k, p + 5);
	}
	/* It has ended, or has nothing more to say to us: then it shall. */
	close(k->link);
	close(k->door);
	kill(k->app, SIGKILL);
	while (waitpid(k->app, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status))
		return keeper_exited(k, WEXITSTATUS(status));
	k->again = false;
	if (k->forced) {
		log_error(
			k->patience ?
				"asked again to end: the guest was ended at once" :
				"hostel-app did not end within ten seconds of being "
				"asked to, and was ended; the guest is lost");
		return EXIT_BY_SIGNAL(k->quit_signal);
	}
	log_error("hostel-app was ended by signal %d (%s); the guest is lost",
		  WTERMSIG(status), strsignal(WTERMSIG(status)));
	return EXIT_GUEST_STOPPED;
}

/* keeper_live() - one life of the machine; Return: its exit status. */
static int keeper_live(struct keeper *k)
{
	int pair[2], door[2];

	k->again = false;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
		       0, door) < 0)
		die("no socket for hostel-app: %s", strerror(errno));
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	k->link = pair[0];
	k->door = door[0];
	k->app = fork();
	if (k->app < 0)
		die("no process for hostel-app: %s", strerror(errno));
	if (k->app == 0)
		become_app(k, pair[1], door[1]);
	close(pair[1]);
	close(door[1]);
	return watch_over(k);
}

/* open_cables() - open all. Return: false if one can not be; that is
 * explained. */
static bool open_cables(struct keeper *k)
{
	unsigned int i;

	for (i = 0; i < PC_LINES; i++)
		if (!cable_open(&k->cables[i], pc_line_names[i],
				&k->config->plug[i]))
			return false;
	return true;
}

static void close_cables(struct keeper *k)
{
	unsigned int i;

	for (i = 0; i < PC_LINES; i++)
		cable_close(&k->cables[i]);
}

/* open_pcaps() - Return: false if one can not be; that is explained. */
static bool open_pcaps(struct keeper *k)
{
	const struct nic_config *nic;
	uint8_t mac[6];
	unsigned int i;

	for (i = 0; i < k->config->nic_count; i++) {
		nic = &k->config->nic[i];
		identity_card(k->config, i, mac);
		if (*nic->pcap && !cardpcap_open(&k->pcap[i], nic->pcap, mac))
			return false;
	}
	return true;
}

/* end_pcaps() - end the captures that run. */
static void end_pcaps(struct keeper *k)
{
	unsigned int i;

	for (i = 0; i < CONFIG_NICS; i++)
		cardpcap_end(&k->pcap[i]);
}

/* open_files() - Return: false if one can not be; that is explained. */
static bool open_files(struct keeper *k)
{
	const struct vm_config *config = k->config;

	/* Better to know now than at the end of a long run. */
	if (config->report)
		k->report = outfile_open("--report", config->report, 0, 0666);
	if (config->dump)
		k->dump = outfile_open("--dump", config->dump,
				       O_TRUNC | O_APPEND, 0666);
	return (!config->report || k->report >= 0) &&
	       (!config->dump || k->dump >= 0) && open_pcaps(k) &&
	       open_cables(k);
}

/* start_disks() - Return: false if one can not be; that is explained. */
static bool start_disks(struct keeper *k)
{
	const struct vm_config *config = k->config;
	unsigned int i;

	for (i = 0; i < CONFIG_DRIVES; i++)
		if (config->drive[i].kind != DRIVE_NONE &&
		    !diskproc_start(&k->disks[i], drive_names[i],
				    &config->drive[i], config->snapshot))
			return false;
	return true;
}

/* end_disks() - end the disk processes that were started. */
static void end_disks(struct keeper *k)
{
	unsigned int i;

	for (i = 0; i < CONFIG_DRIVES; i++)
		diskproc_end(&k->disks[i]);
}

/* open_place() - open the control socket. The machine runs without one, but not
 * if another has its name. Return: false if it is not to run. */
static bool open_place(struct keeper *k)
{
	char why[PLACE_WHY_SIZE];
	int err = place_open(&k->place, k->config->name, why);

	if (err == -EEXIST)
		log_error("%s", why);
	else if (err)
		log_warn("'hostel ps' and 'hostel ctl' will not find this "
			 "machine: %s",
			 why);
	return err != -EEXIST;
}

/* keeper_take() - take the machine's name and its images, and only then its
 * files, which become empty: they may be those of a machine that runs, which
 * has one of the others. Return: false if one can not be had; that is
 * explained. */
static bool keeper_take(struct keeper *k)
{
	return open_place(k) && start_disks(k) && open_files(k);
}

/* keeper_return() - what keeper_take() has taken, all of it or the first few.
 * Captures that run have been ended. */
static void keeper_return(struct keeper *k)
{
	place_close(&k->place);
	close_cables(k);
	end_disks(k);
}

/* keeper_lives() - run lives of the machine until one is the last. Return: its
 * exit status. */
static int keeper_lives(struct keeper *k)
{
	int status;

	do
		status = keeper_live(k);
	/* Whoever was asked to end just as it was reset is gone. */
	while (k->again && !k->asked_ns && !k->config->no_reboot);
	return status;
}

int keeper_run(const struct vm_config *config)
{
	struct keeper k = { .config = config, .report = -1, .dump = -1,
			    .place = PLACE_CLOSED, .screen = SCREENPROC_NONE };
	unsigned int i;
	int status;

	k.self = getpid();
	signal(SIGCHLD, SIG_DFL);	/* ignored, it would reap for us */
	for (i = 0; i < CONFIG_DRIVES; i++)
		k.disks[i] = DISKPROC_NONE;
	for (i = 0; i < CONFIG_NICS; i++)
		k.pcap[i] = CARDPCAP_NONE;
	/* Before signals come by a descriptor only: it may wait for a FIFO. */
	if (!keeper_take(&k)) {
		keeper_return(&k);
		return EXIT_SETUP;
	}
	k.kept = mmap(NULL, sizeof(*k.kept), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (k.kept == MAP_FAILED)
		die("no memory for what a reset keeps: %s", strerror(errno));
	k.memory = memfd_open("guest-memory");
	if (k.memory < 0)
		die("no memory for the guest: %s", strerror(-k.memory));
	if (screenproc_open(&k.screen, config))
		die("--display text: no terminal: %s", strerror(errno));
	for (i = 0; i < config->nic_count; i++)
		k.kept->pulled |= (uint32_t)config->nic[i].cable_out << i;
	k.signals = signals_open(SIGCONT);
	if (k.signals < 0)
		die("no signalfd: %s", strerror(errno));
	status = keeper_lives(&k);
	end_pcaps(&k);
	screenproc_end(&k.screen, config);
	keeper_return(&k);
	vmnet_dial_close(&k.dial);
	return status;
}
