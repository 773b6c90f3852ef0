#include "rt/relay.h"

#include <string.h>
#include "base/opts.h"

/* Transfers behind a peer bring new sources under the same key. */
#define MAX_SSRC 64u

static uint32_t is_unspecified(const ztrunk_addr *addr)
{
    static const uint8_t zero[16];

    return addr->port == 0 || zti_same_ct(addr->ip, zero, addr->family == 4 ? 4 : 16);
}

static uint32_t covers(const zti_relay_call *call, uint32_t leg, const ztrunk_addr *addr)
{
    for (uint32_t i = 0; i < call->prefix_count[leg]; i++)
        if (ztrunk_prefix_contains(&call->prefixes[leg][i], addr)) return 1;
    return call->prefix_count[leg] == 0;
}

/* RFC 3264 8.4: the old form of hold names 0.0.0.0, which is no place to send to. */
static int32_t check_addresses(const zti_relay_call *call, uint32_t leg, ztrunk_relay_leg *spec)
{
    if (spec->rtp.family != 0 && is_unspecified(&spec->rtp)) {
        memset(&spec->rtp, 0, sizeof spec->rtp);
        memset(&spec->rtcp, 0, sizeof spec->rtcp);
        spec->send = 0;
    }
    if (spec->rtp.family == 0) return ZTRUNK_OK;
    if (spec->rtcp.family == 0 || is_unspecified(&spec->rtcp)) {
        spec->rtcp = spec->rtp;
        spec->rtcp.port = (uint16_t)(spec->rtp.port + 1);
    }
    return covers(call, leg, &spec->rtp) && covers(call, leg, &spec->rtcp) ? ZTRUNK_OK
                                                                           : ZTRUNK_E_DENIED;
}

/* A secure leg has a key in or none yet; a plain leg never has one. */
static int32_t check_suites(const zti_relay_leg *leg, const ztrunk_relay_leg *spec)
{
    uint32_t has_keys = spec->suite_in != ZTRUNK_SUITE_NONE || spec->suite_out != ZTRUNK_SUITE_NONE;

    if (!leg->is_secure) return has_keys ? ZTRUNK_E_INVALID : ZTRUNK_OK;
    return has_keys ? ZTRUNK_OK : ZTRUNK_E_DENIED;
}

static int32_t new_context(ztrunk_relay *r, uint32_t suite, uint32_t inbound, uint64_t mki,
                           uint32_t mki_len, const uint8_t *key, ztrunk_srtp **out)
{
    ztrunk_srtp_opts opts = {
        .size = sizeof opts, .suite = suite, .inbound = inbound, .mki = mki, .mki_len = mki_len};

    opts.max_ssrc = MAX_SSRC;
    return ztrunk_srtp_new(r->ctx, &opts, key, ztrunk_suite_key_len(suite), out);
}

static uint32_t key_moved(uint32_t suite_before, const uint8_t *key_before, uint32_t suite,
                          const uint8_t *key)
{
    if (suite == ZTRUNK_SUITE_NONE) return 0;
    return suite_before != suite || !zti_same_ct(key_before, key, ztrunk_suite_key_len(suite));
}

/* For the trials alone: a line that cannot be one is left out. */
static void add_lines(ztrunk_srtp *in, const ztrunk_relay_leg *spec)
{
    for (size_t i = 0; i < sizeof spec->line_suites / sizeof spec->line_suites[0]; i++)
        (void)ztrunk_srtp_add_line(in, spec->line_suites[i], spec->line_keys[i],
                                   ztrunk_suite_key_len(spec->line_suites[i]));
}

/* A new context would take once more what was recorded under the old one. */
static uint32_t is_key_before(const zti_relay_call *call, uint32_t leg,
                              const ztrunk_relay_leg *spec)
{
    return call->suite_before[leg] == spec->suite_in &&
           zti_same_ct(call->key_before[leg], spec->key_in, ztrunk_suite_key_len(spec->suite_in));
}

static int32_t make_contexts(ztrunk_relay *r, const zti_relay_call *call, uint32_t leg,
                             const ztrunk_relay_leg *spec, zti_relay_command *cmd)
{
    int32_t err = ZTRUNK_OK;

    cmd->new_in = key_moved(call->suite_in[leg], call->key_in[leg], spec->suite_in, spec->key_in);
    cmd->new_out =
        key_moved(call->suite_out[leg], call->key_out[leg], spec->suite_out, spec->key_out);
    cmd->is_back = cmd->new_in && is_key_before(call, leg, spec);
    if (cmd->new_in && !cmd->is_back)
        err = new_context(r, spec->suite_in, 1, spec->mki_in, spec->mki_in_len, spec->key_in,
                          &cmd->in);
    if (cmd->in != NULL) add_lines(cmd->in, spec);
    if (err == ZTRUNK_OK && cmd->new_out)
        err = new_context(r, spec->suite_out, 0, spec->mki_out, spec->mki_out_len, spec->key_out,
                          &cmd->out);
    if (err != ZTRUNK_OK) ztrunk_srtp_free(cmd->in);
    return err;
}

static void remember_keys(zti_relay_call *call, uint32_t leg, const zti_relay_command *cmd,
                          const ztrunk_relay_leg *spec)
{
    if (cmd->new_in) {
        call->suite_before[leg] = call->suite_in[leg];
        memcpy(call->key_before[leg], call->key_in[leg], sizeof call->key_in[leg]);
        call->suite_in[leg] = spec->suite_in;
        memcpy(call->key_in[leg], spec->key_in, sizeof spec->key_in);
    }
    if (cmd->new_out) {
        call->suite_out[leg] = spec->suite_out;
        memcpy(call->key_out[leg], spec->key_out, sizeof spec->key_out);
    }
}

/* Here and not by the worker alone: when the caller sends its answer, the first packet of the peer
 * may be faster than the worker. It finds the command before it, and so the hole. */
static void lift_filters(const zti_relay_call *call, uint32_t leg, uint32_t rtcp_mux)
{
    const zti_port_pair *ports = call->legs[leg].ports;

    (void)zti_port_admit(&ports->rtp, call->prefixes[leg], call->prefix_count[leg]);
    if (rtcp_mux) return;
    (void)zti_port_admit(&ports->rtcp, call->prefixes[leg], call->prefix_count[leg]);
}

static int32_t send_leg(ztrunk_relay *r, zti_relay_call *call, uint32_t leg, ztrunk_relay_leg *spec)
{
    zti_relay_command *cmd = zti_calloc(r->ctx, sizeof *cmd);
    int32_t err;

    if (cmd == NULL) return ZTRUNK_E_NOMEM;
    err = make_contexts(r, call, leg, spec, cmd);
    if (err != ZTRUNK_OK) {
        zti_free(r->ctx, cmd);
        return err;
    }
    remember_keys(call, leg, cmd, spec);
    zti_wipe(spec->key_in, sizeof spec->key_in);
    zti_wipe(spec->key_out, sizeof spec->key_out);
    zti_wipe(spec->line_keys, sizeof spec->line_keys);
    cmd->kind = ZTI_RELAY_SET;
    cmd->call = call;
    cmd->leg = leg;
    cmd->spec = *spec;
    zti_relay_worker_tell(&r->workers[call->worker], cmd);
    lift_filters(call, leg, spec->rtcp_mux);
    return ZTRUNK_OK;
}

int32_t ztrunk_relay_set_leg(ztrunk_relay *r, uint64_t id, uint32_t leg,
                             const ztrunk_relay_leg *given)
{
    ztrunk_relay_leg spec;
    zti_relay_call *call;
    int32_t err;

    if (r == NULL || given == NULL || leg > 1) return ZTRUNK_E_INVALID;
    call = zti_slots_get(&r->calls, id);
    if (call == NULL) return ZTRUNK_E_NOTFOUND;
    err = zti_opts_read(&spec, sizeof spec, given);
    if (err == ZTRUNK_OK) err = check_suites(&call->legs[leg], &spec);
    if (err == ZTRUNK_OK) err = check_addresses(call, leg, &spec);
    if (err == ZTRUNK_OK) err = send_leg(r, call, leg, &spec);
    zti_wipe(&spec, sizeof spec);
    return err;
}
