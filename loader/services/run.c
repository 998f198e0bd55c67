// SPDX-License-Identifier: Apache-2.0
/* run.c: packets through the programs of services, in the kernel but on no interface.
 *
 * One request a line, one answer a line, in order. Nothing is pinned; maps are new. Programs rewrite packets, so each repetition
 * begins with the packet anew: `ns` is the median of what the kernel measures around one run, a constant of some 40 ns included,
 * which an empty program shows.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"
#include "control.h"
#include "enforce.h"
#include "failure.h"
#include "flow_json.h"
#include "line_reader.h"
#include "plan.h"
#include "pod_sources.h"
#include "requests.h"
#include "run_age.h"
#include "run_request.h"
#include "service_counter.h"
#include "services_commands.h"
#include "verified.h"

#define OUT_MAX (PACKET_ROOM + 65536)
#define PACKET_ROOM 1024

struct run {
	struct tables tables;
	struct service_programs programs;
	unsigned char out[OUT_MAX];
};

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static json_t *base64_json(const unsigned char *data, size_t size)
{
	char *text = malloc(size / 3 * 4 + 8), *at = text;
	json_t *json;
	size_t i;

	if (!text)
		return NULL;
	for (i = 0; i < size; i += 3) {
		__u32 left = size - i, bits = data[i] << 16 | (left > 1 ? data[i + 1] << 8 : 0) | (left > 2 ? data[i + 2] : 0);

		*at++ = base64_digits[bits >> 18];
		*at++ = base64_digits[bits >> 12 & 63];
		*at++ = left > 1 ? base64_digits[bits >> 6 & 63] : '=';
		*at++ = left > 2 ? base64_digits[bits & 63] : '=';
	}
	json = json_stringn(text, at - text);
	free(text);
	return json;
}

static const char *verdict_name(enum service_program program, __u32 verdict)
{
	static const char *const xdp[] = { "aborted", "drop", "pass", "tx", "redirect" };

	if (program == PROGRAM_FROM_LINK_XDP)
		return verdict < sizeof(xdp) / sizeof(xdp[0]) ? xdp[verdict] : "unknown";
	return verdict == (__u32)-1 /* TC_ACT_UNSPEC */ || !verdict ? "pass" :
	       verdict == 2					     ? "drop" :
	       verdict == 7					     ? "redirect" :
								       "unknown";
}

static int compare(const void *a, const void *b)
{
	__u32 x = *(const __u32 *)a, y = *(const __u32 *)b;

	return x < y ? -1 : x > y;
}

/* Runs it as often as is asked; `ns` is the median. A negative errno. */
static int run_packet(struct run *run, const struct run_request *r, struct bpf_test_run_opts *options, __u32 *ns)
{
	__u32 *durations = malloc(r->repeat * sizeof(*durations));
	json_int_t i;
	int err = durations ? 0 : -ENOMEM;

	for (i = 0; i < r->repeat && !err; i++) {
		options->data_size_out = sizeof(run->out);
		err = bpf_prog_test_run_opts(run->programs.fd[r->program], options);
		durations[i] = options->duration;
	}
	if (!err) {
		qsort(durations, r->repeat, sizeof(*durations), compare);
		*ns = durations[r->repeat / 2];
	}
	free(durations);
	return err;
}

static json_t *wrong_json(const char *what)
{
	return json_pack("{s:{s:s, s:s}}", "error", "code", "request", "message", what);
}

static json_t *judge(struct run *run, const struct run_request *r)
{
	struct __sk_buff skb = { .ifindex = r->ifindex, .mark = r->mark, .gso_size = r->gso_size };
	struct xdp_md xdp = { .data_end = r->packet.size, .ingress_ifindex = r->ifindex };
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = r->packet.data, .data_size_in = r->packet.size,
		    .data_out = run->out, .repeat = 1);
	__u32 ns = 0;
	int err;

	if (r->program == PROGRAM_FROM_LINK_XDP && r->ifindex) {
		options.ctx_in = &xdp;
		options.ctx_size_in = sizeof(xdp);
	} else if (r->program != PROGRAM_FROM_LINK_XDP) {
		skb.gso_segs = r->gso_size ? (r->packet.size + r->gso_size - 1) / r->gso_size : 0;
		options.ctx_in = &skb;
		options.ctx_size_in = sizeof(skb);
	}
	if (r->fresh)
		run_forget(&run->tables.maps);
	if (r->age)
		run_age(&run->tables.maps, r->age);
	err = run_packet(run, r, &options, &ns);
	if (err)
		return wrong_json(strerror(-err));
	return json_pack("{s:s, s:I, s:o, s:I}", "verdict", verdict_name(r->program, options.retval), "returned",
			 (json_int_t)(__s32)options.retval, "packet", base64_json(run->out, options.data_size_out), "ns",
			 (json_int_t)ns);
}

/* A pod has no programs here, but the interface that a request names may be its. */
static int put_sources(const struct run *run, const struct wanted *wanted)
{
	const struct items *items = &wanted->items[ITEM_PODS];
	struct pod_item *pods = items->put;
	size_t i;

	for (i = 0; i < items->puts; i++) {
		pods[i].ifindex = if_nametoindex(pods[i].interface);
		if (pods[i].ifindex && (pod_sources_put(&run->tables, &pods[i]) ||
					pod_sources_prune(&run->tables, pods[i].ifindex, &pods[i])))
			return -1;
	}
	return 0;
}

/* In place, as `serve` does it. */
static json_t *apply(struct run *run, const json_t *state)
{
	char *text = json_dumps(state, JSON_COMPACT | JSON_ENCODE_ANY);
	long long started = answer_clock_us();
	struct wanted wanted = { 0 };
	int err = text ? wanted_parse(&wanted, "apply", text, strlen(text)) : fail(NULL, "out of memory");

	if (!err && wanted.whole)
		err = fail(NULL, "apply: what runs gets changes only: begin anew with a whole state");
	if (!err)
		err = plan_make(&run->tables, &wanted);
	if (!err) {
		err = enforce(&run->tables, &wanted) || put_sources(run, &wanted);
		plan_commit(&run->tables, &wanted);
	}
	wanted_free(&wanted);
	free(text);
	if (err)
		return failure_take_coded("bad-state");
	started = answer_clock_us() - started;
	wait_for_packets();
	tables_settle(&run->tables);
	return json_pack("{s:I, s:I, s:[]}", "generation", (json_int_t)run->tables.control->generation, "microseconds",
			 (json_int_t)started, "problems");
}

static json_t *answer(struct run *run, const struct run_request *r)
{
	switch (r->kind) {
	case RUN_APPLY:
		return apply(run, r->state);
	case RUN_COUNTERS:
		return json_pack("{s:o}", "counters", service_counters_json(run->tables.maps.fd[SERVICE_MAP_service_counters]));
	case RUN_FLOWS:
		return json_pack("{s:o}", "flows", flows_json(&run->tables.maps));
	default:
		break;
	}
	if (run->programs.fd[r->program] < 0)
		return wrong_json("the state has no object xdp");
	if (r->kind == RUN_INSTRUCTIONS)
		return json_pack("{s:I}", "instructions",
				 (json_int_t)verified_instructions(run->programs.fd[r->program]));
	return judge(run, r);
}

static void print(json_t *json)
{
	json_dumpf(json, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
	putchar('\n');
	json_decref(json);
}

static int serve(struct run *run, int fd)
{
	struct run_request request;
	struct line_reader lines;
	const char *line, *wrong;
	size_t length;
	int got;

	line_reader_start(&lines, fd);
	while ((got = line_reader_next(&lines, &line, &length)) > 0) {
		wrong = run_request_read(&request, line, length);
		print(wrong ? wrong_json(wrong) : answer(run, &request));
		run_request_free(&request);
	}
	line_reader_end(&lines);
	return got < 0 || fflush(stdout) ? fail_errno(errno, "cannot go on") : 0;
}

static int load(struct run *run, const char *path)
{
	struct wanted wanted;
	int err = wanted_read(&wanted, path);

	if (!err && !wanted.whole)
		err = fail(NULL, "%s is a change: run begins with a whole state", path);
	if (!err)
		err = service_maps_create_state(&run->tables.maps) || tables_create(&run->tables, &wanted, NULL) ||
		      plan_make(&run->tables, &wanted);
	if (!err)
		err = enforce(&run->tables, &wanted) || put_sources(run, &wanted);
	if (!err) {
		plan_commit(&run->tables, &wanted);
		tables_settle(&run->tables);
		err = service_programs_load(&run->programs, &wanted, &run->tables.maps);
	}
	wanted_free(&wanted);
	return err ? -1 : 0;
}

int command_services_run(const char *state_path, const char *requests)
{
	int fd = requests_open(requests);
	static struct run run;
	int err;

	if (fd < 0)
		return -1;
	tables_init(&run.tables);
	service_programs_init(&run.programs);
	err = load(&run, state_path);
	if (!err)
		err = serve(&run, fd);
	service_programs_close(&run.programs);
	tables_close(&run.tables);
	return err;
}
