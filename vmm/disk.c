/* SPDX-License-Identifier: BSD-2-Clause */
/* disk.c - the media of disks, in the VMM world: see disk.h. */
#include "vmm/disk.h"

#include <errno.h>
#include <sched.h>
#include <unistd.h>

#include "base/bytes.h"
#include "disk/channel.h"
#include "vmdriver/attention.h"
#include "vmdriver/doorfd.h"
#include "vmdriver/worldswitch.h"
#include "vmm/vmm.h"

/* How long a halted guest looks for an answer, in ticks of the host's counter:
 * 100 to 200 us. It has to be enough to wake a disk process, or none would ever
 * be found awake. */
#define LOOK_TICKS	400000u

/* How long one that runs does, for each request: 25 to 50 us, or 75 to 150 if
 * the disk process had to be woken. To be told of an answer by a signal, and to
 * begin again what the guest did then, costs no less. */
#define SOON_TICKS	100000u
#define WOKEN_TICKS	300000u

/* After so many looks in vain, one behind the other, so many halts are slept
 * through. */
#define VAIN		4u
#define BLIND		64u

/* Where our tags begin: VMApp's are others. */
#define OUR_TAGS	(1u << 31)

/* ---- a medium_wire's ---------------------------------------------------- */

/* disk_ring() - the disk process sleeps. If it has ended, VMApp hears of that
 * too; but a request is not to wait for ever. */
static void disk_ring(struct vmm_disk *d)
{
	const uint8_t word = 0;

	if (write(d->bell, &word, sizeof(word)) < 0 && errno != EAGAIN) {
		d->given_up = true;
		attention_raise(&d->vmm->cross->attention, ATTENTION_DISK);
	}
}

static void start(void *self, unsigned int drive,
		  const struct medium_request *request)
{
	static const uint8_t ops[] = {
		[MEDIUM_READ] = DISK_READ, [MEDIUM_WRITE] = DISK_WRITE,
		[MEDIUM_FLUSH] = DISK_FLUSH,
	};
	struct vmm_disk *d = self;
	const struct disk_ask ask = {
		.op = request->op < sizeof(ops) ? ops[request->op] : DISK_OPS,
		.first = request->first, .count = request->count,
	};

	(void)drive;
	diskpace_asked(&d->vmm->disk_pace, vmm_now_ns(d->vmm));
	d->tag = request->tag;
	d->busy = true;
	d->number = disk_channel_put(d->ch, &ask, DISK_WAKE_NEWS);
	d->rung = disk_channel_sleeps(d->ch);
	if (d->rung)
		disk_ring(d);
}

static uint8_t *data(void *self, unsigned int drive)
{
	(void)drive;
	return ((struct vmm_disk *)self)->ch->data;
}

/* ---- the work half ------------------------------------------------------ */

static struct ide_channel *channel_of(struct vmm *vmm, unsigned int drive)
{
	return &vmm->pc.ide[drive / IDE_DRIVES];
}

/* disk_selected() - the drive that a worker works for. */
static unsigned int disk_selected(const struct vmm *vmm, enum pc_worker worker)
{
	unsigned int channel = worker - WORK_IDE0;

	return IDE_DRIVES * channel + ide_at_work(&vmm->pc.ide[channel]);
}

bool vmm_disk_here(const struct vmm *vmm, enum pc_worker worker)
{
	const struct vmm_disk *d;

	if (worker < WORK_IDE0 || worker >= WORK_IDE0 + IDE_CHANNELS)
		return false;
	d = &vmm->disk[disk_selected(vmm, worker)];
	if (!d->ch || d->given_up)
		return false;
	return d->busy || !disk_channel_busy(d->ch);
}

void vmm_disk_work(struct vmm *vmm, enum pc_worker worker)
{
	ide_work(channel_of(vmm, IDE_DRIVES * (worker - WORK_IDE0)));
}

/* go_on() - a request of the channel's has ended: what it has to do then.
 * @here: this world may */
static void go_on(struct vmm *vmm, enum pc_worker worker, bool here)
{
	struct hostcall call = { .kind = HOSTCALL_CHIP_WORK,
				 .worker = (uint8_t)worker };

	if (!ide_has_work(&vmm->pc.ide[worker - WORK_IDE0]))
		return;
	if (here && vmm_disk_here(vmm, worker))
		vmm_disk_work(vmm, worker);
	else
		vmm_hostcall(vmm, &call);
}

/* disk_answered() - Return: is the request over, if only as somebody else has
 * the channel? @out: how it went */
static bool disk_answered(const struct vmm_disk *d, struct disk_answer *out)
{
	out->result = DISK_FAILED;
	return d->given_up || disk_answer_decode(d->ch, d->number, out) ||
	       atomic_load(&d->ch->asked) != d->number;
}

/* look() - is drive @drive's over? Then the guest is told, now, or was to be
 * at @due. */
static void look(struct vmm *vmm, unsigned int drive, uint64_t due)
{
	struct ide_channel *c = channel_of(vmm, drive);
	struct vmm_disk *d = &vmm->disk[drive];
	struct disk_answer answer;
	uint64_t now;
	bool good;

	if (!d->busy || !disk_answered(d, &answer))
		return;
	d->busy = false;
	now = vmm_now_ns(vmm);
	diskpace_told(&vmm->disk_pace, MIN(due, now));
	good = answer.result == DISK_OK;
	/* One that is broken is VMApp's from now on. */
	d->given_up |= answer.result == DISK_FAILED;
	if (good)
		ide_medium_ended(c, drive % IDE_DRIVES, d->tag, MEDIUM_OK);
	else
		ide_medium_undo(c, drive % IDE_DRIVES, d->tag);
	go_on(vmm, WORK_IDE0 + drive / IDE_DRIVES, good);
}

bool vmm_disk_waits(const struct vmm *vmm)
{
	unsigned int i;

	for (i = 0; i < VMM_DISKS; i++)
		if (vmm->disk[i].busy)
			return true;
	return false;
}

static void look_at_all(struct vmm *vmm, uint64_t due)
{
	unsigned int i;

	for (i = 0; i < VMM_DISKS; i++)
		look(vmm, i, due);
}

/* ---- to look for an answer ---------------------------------------------- */

/* set_wake() - how we hear of what is under way. */
static void set_wake(struct vmm *vmm, enum disk_wake wake)
{
	unsigned int i;

	for (i = 0; i < VMM_DISKS; i++)
		if (vmm->disk[i].busy)
			atomic_store(&vmm->disk[i].ch->wake, (uint32_t)wake);
}

bool vmm_disk_held(const struct vmm *vmm)
{
	return vmm->alarm_ns[ALARM_DISK] != CLOCK_NEVER;
}

/* hold() - the guest is not to be told yet. Return: is that so? Then it is by
 * an alarm; nobody need wake us before. */
static bool hold(struct vmm *vmm)
{
	uint64_t until = 0;

	if (vmm->disk_pace.holds)	/* to read the clock takes a while */
		until = diskpace_until(&vmm->disk_pace, vmm_now_ns(vmm));
	if (!until)
		return false;
	vmm->cross->account.disk_held++;
	set_wake(vmm, DISK_WAKE_LATER);
	vmm->alarm_ns[ALARM_DISK] = until;
	alarm_arm(vmm);
	return true;
}

void vmm_disk_look(struct vmm *vmm)
{
	if (vmm_disk_waits(vmm) && !vmm_disk_held(vmm) && !hold(vmm))
		look_at_all(vmm, CLOCK_NEVER);
}

/* release() - the guest may be told from now on. */
static void release(struct vmm *vmm)
{
	vmm->alarm_ns[ALARM_DISK] = CLOCK_NEVER;
	set_wake(vmm, DISK_WAKE_NEWS);
}

void vmm_disk_tick(struct vmm *vmm)
{
	uint64_t due = vmm->alarm_ns[ALARM_DISK];

	release(vmm);
	/* The alarm's own way here is part of what a request costs. */
	look_at_all(vmm, due);
}

/* wanted() - the guest waits for an answer; @halts: by HLT */
static void wanted(struct vmm *vmm, bool halts)
{
	diskpace_waits(&vmm->disk_pace, halts);
	if (!vmm_disk_held(vmm))
		return;
	release(vmm);
	vmm_disk_look(vmm);
}

void vmm_disk_polled(struct vmm *vmm, unsigned int channel)
{
	const struct vmm_disk *d = &vmm->disk[IDE_DRIVES * channel];

	if (d[0].busy || d[1].busy)
		wanted(vmm, false);
}

void vmm_disk_idle(struct vmm *vmm)
{
	wanted(vmm, vmm_disk_waits(vmm));
}

static bool any_answered(const struct vmm *vmm)
{
	struct disk_answer answer;
	unsigned int i;

	for (i = 0; i < VMM_DISKS; i++)
		if (vmm->disk[i].busy && disk_answered(&vmm->disk[i], &answer))
			return true;
	return false;
}

/* look_is_on() - is it worth it? */
static bool look_is_on(const struct vmm *vmm, struct disk_look *l)
{
	if (!l->blind)
		return CPU_COUNT(&vmm->cpus) > 1;
	l->blind--;
	return false;
}

/* look_note() - how it went. */
static void look_note(struct disk_look *l, bool vain)
{
	l->vain = vain ? (uint8_t)(l->vain + 1) : 0;
	if (l->vain < VAIN)
		return;
	l->vain = 0;
	l->blind = BLIND;
}

/* look_for() - Return: is there an answer, or else has the attention word been
 * raised, within @ticks? From then on we are told; of what has come before, we
 * are not, so who gets false looks once more. */
static bool look_for(struct vmm *vmm, uint64_t ticks)
{
	uint64_t since = door_tsc();
	bool there;

	set_wake(vmm, DISK_WAKE_NOT);
	do {
		there = any_answered(vmm) ||
			atomic_load(&vmm->cross->attention);
		__builtin_ia32_pause();
	} while (!there && door_tsc() - since < ticks);
	set_wake(vmm, DISK_WAKE_NEWS);
	return there;
}

bool vmm_disk_await(struct vmm *vmm)
{
	bool there;

	if (!vmm_disk_waits(vmm))
		return false;
	if (!look_is_on(vmm, &vmm->disk_halted))
		return any_answered(vmm);
	there = look_for(vmm, LOOK_TICKS);
	look_note(&vmm->disk_halted, !there);
	return there || any_answered(vmm);
}

/* soon_ticks() - how long to look for what is under way while the guest could
 * run. */
static uint64_t soon_ticks(const struct vmm *vmm)
{
	unsigned int i;

	for (i = 0; i < VMM_DISKS; i++)
		if (vmm->disk[i].busy && vmm->disk[i].rung)
			return WOKEN_TICKS;
	return SOON_TICKS;
}

void vmm_disk_soon(struct vmm *vmm)
{
	bool there = true;

	if (!vmm_disk_waits(vmm) || hold(vmm) ||
	    !look_is_on(vmm, &vmm->disk_runs))
		return;
	while (there && vmm_disk_waits(vmm) && !vmm_disk_held(vmm) &&
	       !atomic_load(&vmm->cross->attention)) {
		there = look_for(vmm, soon_ticks(vmm));
		vmm_disk_look(vmm);
	}
	look_note(&vmm->disk_runs, !there);
}

/* ---- set up ------------------------------------------------------------- */

bool vmm_disk_open(struct vmm *vmm)
{
	unsigned int i;

	for (i = 0; i < VMM_DISKS; i++) {
		struct vmm_disk *d = &vmm->disk[i];

		if (!(vmm->cross->direct_disks >> i & 1))
			continue;
		d->vmm = vmm;
		d->bell = door_fd_drive_bell(i);
		d->ch = disk_channel_attach(door_fd_channel(i));
		if (!d->ch)
			return false;
		close(door_fd_channel(i));
		channel_of(vmm, i)->medium[i % IDE_DRIVES] =
			(struct medium_wire){ start, data, d, i };
		channel_of(vmm, i)->last_tag = OUR_TAGS;
	}
	return true;
}
