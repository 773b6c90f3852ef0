#include <zerotrunk/watch.h>

#include <string.h>
#include "fail_ctx.h"
#include "unit.h"
#include "unit/tls/pki.h"

#define DAY INT64_C(86400)

static char leaf_a[8192], leaf_b[8192], other_root[8192], other_middle[8192], client_only[8192];
static ztrunk_ctx *ctx;
static ztrunk_watch *w;
static uint64_t own, peer;

static const pki_key *keys[4];

static void add(char *text, const pki_spec *given, const pki_key *key)
{
    static pki_der der;
    pki_spec spec = *given;

    spec.key = spec.signer = key;
    pki_make(&spec, &der);
    pki_pem("CERTIFICATE", &der, text, sizeof leaf_a);
}

static void chain(char *text, uint32_t serial, const char *middle, const char *root, uint32_t eku,
                  const pki_key *root_key)
{
    text[0] = 0;
    add(text,
        &(pki_spec){.subject = "leaf",
                    .issuer = middle,
                    .serial = serial,
                    .eku = eku,
                    .no_ids = 1,
                    .not_before_s = PKI_NOW - 335 * DAY,
                    .not_after_s = PKI_NOW + 30 * DAY + (serial == 2 ? 300 * DAY : 0)},
        keys[0]);
    add(text,
        &(pki_spec){.subject = middle,
                    .issuer = root,
                    .is_ca = 1,
                    .no_ids = 1,
                    .not_before_s = PKI_NOW - 9 * PKI_YEAR,
                    .not_after_s = PKI_NOW + 9 * PKI_YEAR},
        keys[1]);
    add(text,
        &(pki_spec){.subject = root,
                    .issuer = root,
                    .is_ca = 1,
                    .no_ids = 1,
                    .not_before_s = PKI_NOW - 9 * PKI_YEAR,
                    .not_after_s = PKI_NOW + 9 * PKI_YEAR},
        root_key);
}

static void start(void)
{
    const ztrunk_watch_opts opts = {.size = sizeof opts, .max = 2, .settle_s = 60, .calm_s = DAY};

    for (size_t i = 0; i < 4; i++) keys[i] = pki_p256();
    chain(leaf_a, 1, "middle", "root", PKI_SERVER | PKI_CLIENT, keys[2]);
    chain(leaf_b, 2, "middle", "root", PKI_SERVER | PKI_CLIENT, keys[2]);
    chain(other_root, 3, "middle", "new root", PKI_SERVER | PKI_CLIENT, keys[3]);
    chain(other_middle, 4, "second middle", "root", PKI_SERVER | PKI_CLIENT, keys[2]);
    chain(client_only, 5, "middle", "root", PKI_SERVER, keys[2]);
    ck_assert_int_eq(ztrunk_ctx_new(&ctx), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_watch_new(ctx, &opts, &w), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_watch_add(w, ZTRUNK_WATCH_OWN, "sbc.example.com", &own), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_watch_add(w, ZTRUNK_WATCH_PEER, "lab/cloud", &peer), ZTRUNK_OK);
}

static void end(void)
{
    ztrunk_watch_free(w);
    ztrunk_ctx_free(ctx);
    pki_end();
}

static void show(uint64_t subject, uint32_t view, uint32_t trust, const char *text, int64_t wall_s)
{
    ck_assert_int_eq(ztrunk_watch_show(w, subject, view, trust, (const uint8_t *)text, strlen(text),
                                       wall_s),
                     ZTRUNK_OK);
}

static void expire(int64_t wall_s)
{
    ck_assert_int_eq(ztrunk_watch_expire(w, wall_s), ZTRUNK_OK);
}

static ztrunk_finding finding;

static void next_is(uint32_t kind, uint32_t level)
{
    memset(&finding, 0, sizeof finding);
    finding.size = sizeof finding;
    ck_assert_int_eq(ztrunk_watch_next(w, &finding), ZTRUNK_OK);
    ck_assert_uint_eq(finding.kind, kind);
    ck_assert_uint_eq(finding.level, level);
}

static void nothing_is_found(void)
{
    finding.size = sizeof finding;
    ck_assert_msg(ztrunk_watch_next(w, &finding) == ZTRUNK_E_NOTFOUND, "found %s %u",
                  ztrunk_finding_name(finding.kind), finding.level);
}

START_TEST(wrong_calls_change_nothing)
{
    uint64_t id;
    uint32_t level;
    ztrunk_watch_view info = {.size = sizeof info};

    start();
    ck_assert_int_eq(ztrunk_watch_add(w, ZTRUNK_WATCH_OWN, "third", &id), ZTRUNK_E_LIMIT);
    ck_assert_int_eq(ztrunk_watch_add(w, 2, "x", &id), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_watch_show(w, own, 3, 0, (const uint8_t *)"", 0, PKI_NOW),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_watch_show(w, own, 0, 1, (const uint8_t *)leaf_a, strlen(leaf_a),
                                       PKI_NOW),
                     ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_watch_show(w, 7, 0, 0, (const uint8_t *)"", 0, PKI_NOW),
                     ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_watch_expire(w, INT64_MIN), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_watch_expire(w, INT64_MAX), ZTRUNK_E_INVALID);
    show(own, ZTRUNK_VIEW_DISK, 0, leaf_b, PKI_NOW);
    ck_assert_int_eq(ztrunk_watch_show(w, own, ZTRUNK_VIEW_DISK, 0, (const uint8_t *)"half", 4,
                                       PKI_NOW),
                     ZTRUNK_E_MALFORMED);
    ck_assert_int_eq(ztrunk_watch_get_view(w, own, ZTRUNK_VIEW_DISK, &info), ZTRUNK_OK);
    ck_assert_str_eq(info.serial, "02");
    ck_assert_int_eq(ztrunk_watch_get_view(w, own, ZTRUNK_VIEW_WIRE, &info), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_watch_level(w, own, ZTRUNK_FINDINGS, &level), ZTRUNK_E_INVALID);
    ck_assert_int_eq(ztrunk_watch_del(w, own), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_watch_del(w, own), ZTRUNK_E_NOTFOUND);
    ck_assert_int_eq(ztrunk_watch_add(w, ZTRUNK_WATCH_OWN, "third", &id), ZTRUNK_OK);
    ck_assert_uint_ne(id, own);
    nothing_is_found();
    end();
}
END_TEST

START_TEST(each_threshold_is_told_once_and_a_renewal_ends_it)
{
    static const int64_t left[] = {30, 14, 7, 1, -1};

    start();
    show(own, ZTRUNK_VIEW_DISK, 0, leaf_a, PKI_NOW - 10);
    show(own, ZTRUNK_VIEW_LOADED, 0, leaf_a, PKI_NOW - 10);
    nothing_is_found();
    for (uint32_t i = 0; i < 5; i++) {
        int64_t at = PKI_NOW + (30 - left[i]) * DAY;

        expire(at);
        next_is(ZTRUNK_FINDING_EXPIRY, i + 1);
        ck_assert_uint_eq(finding.before, i);
        ck_assert_int_eq(finding.not_after_s, PKI_NOW + 30 * DAY);
        ck_assert_str_eq(finding.text, "CN=leaf");
        expire(at + 1);
        nothing_is_found();
    }
    show(own, ZTRUNK_VIEW_LOADED, 0, leaf_b, PKI_NOW + 31 * DAY);
    next_is(ZTRUNK_FINDING_EXPIRY, ZTRUNK_EXPIRY_NONE);
    nothing_is_found();
    end();
}
END_TEST

START_TEST(a_clock_that_was_wrong_for_a_while_takes_all_of_it_back)
{
    start();
    show(own, ZTRUNK_VIEW_LOADED, 0, leaf_a, PKI_NOW - 10);
    expire(PKI_NOW + 400 * DAY);
    next_is(ZTRUNK_FINDING_EXPIRY, ZTRUNK_EXPIRY_OVER);
    expire(PKI_NOW - 10);
    next_is(ZTRUNK_FINDING_EXPIRY, ZTRUNK_EXPIRY_NONE);
    nothing_is_found();
    end();
}
END_TEST

START_TEST(renewed_but_not_loaded_is_told_when_it_lasts)
{
    start();
    show(own, ZTRUNK_VIEW_DISK, 0, leaf_a, PKI_NOW - 100);
    show(own, ZTRUNK_VIEW_LOADED, 0, leaf_a, PKI_NOW - 100);
    show(own, ZTRUNK_VIEW_DISK, 0, leaf_b, PKI_NOW - 100);
    expire(PKI_NOW - 41);
    nothing_is_found();
    expire(PKI_NOW - 40);
    next_is(ZTRUNK_FINDING_NOT_LOADED, 1);
    /* what is in use counts for its end, not the file */
    expire(PKI_NOW);
    next_is(ZTRUNK_FINDING_EXPIRY, ZTRUNK_EXPIRY_30_DAYS);
    show(own, ZTRUNK_VIEW_LOADED, 0, leaf_b, PKI_NOW);
    next_is(ZTRUNK_FINDING_EXPIRY, 0);
    next_is(ZTRUNK_FINDING_NOT_LOADED, 0);
    nothing_is_found();
    /* a file that is away for a moment is nothing */
    ck_assert_int_eq(ztrunk_watch_hide(w, own, ZTRUNK_VIEW_DISK, PKI_NOW), ZTRUNK_OK);
    expire(PKI_NOW + 3600);
    nothing_is_found();
    end();
}
END_TEST

START_TEST(loaded_but_not_shown_is_told_and_its_end_counts)
{
    start();
    show(own, ZTRUNK_VIEW_LOADED, 0, leaf_b, PKI_NOW);
    show(own, ZTRUNK_VIEW_WIRE, 0, leaf_a, PKI_NOW);
    next_is(ZTRUNK_FINDING_EXPIRY, ZTRUNK_EXPIRY_30_DAYS);
    expire(PKI_NOW + 60);
    next_is(ZTRUNK_FINDING_NOT_SHOWN, 1);
    show(own, ZTRUNK_VIEW_WIRE, 0, leaf_b, PKI_NOW + 61);
    next_is(ZTRUNK_FINDING_EXPIRY, 0);
    next_is(ZTRUNK_FINDING_NOT_SHOWN, 0);
    nothing_is_found();
    end();
}
END_TEST

START_TEST(a_peers_root_that_is_to_come_is_named_until_it_is_trusted)
{
    start();
    show(peer, ZTRUNK_VIEW_WIRE, ZTRUNK_WATCH_TRUSTED, leaf_b, PKI_NOW);
    nothing_is_found();
    show(peer, ZTRUNK_VIEW_WIRE, ZTRUNK_WATCH_NEXT, other_root, PKI_NOW - 10);
    next_is(ZTRUNK_FINDING_ISSUER, 2);
    ck_assert_str_eq(finding.text, "CN=new root");
    ck_assert_str_eq(finding.old, "CN=root");
    next_is(ZTRUNK_FINDING_ROOT_NEXT, 1);
    ck_assert_str_eq(finding.text, "CN=new root");
    /* the connection lasts for weeks, then another proxy shows the old one */
    expire(PKI_NOW - 10 + DAY - 1);
    next_is(ZTRUNK_FINDING_EXPIRY, 1);
    show(peer, ZTRUNK_VIEW_WIRE, ZTRUNK_WATCH_TRUSTED, leaf_b, PKI_NOW - 10 + DAY - 1);
    next_is(ZTRUNK_FINDING_EXPIRY, 0);
    nothing_is_found();
    show(peer, ZTRUNK_VIEW_WIRE, ZTRUNK_WATCH_NEXT, leaf_b, PKI_NOW + DAY);
    next_is(ZTRUNK_FINDING_ISSUER, 0);
    nothing_is_found();
    ck_assert_int_eq(ztrunk_watch_anchors_changed(w, peer, PKI_NOW + DAY), ZTRUNK_OK);
    next_is(ZTRUNK_FINDING_ROOT_NEXT, 0);
    show(peer, ZTRUNK_VIEW_WIRE, ZTRUNK_WATCH_NEXT, leaf_b, PKI_NOW + DAY);
    next_is(ZTRUNK_FINDING_ROOT_NEXT, 1);
    ck_assert_int_eq(ztrunk_watch_anchors_changed(w, own, PKI_NOW), ZTRUNK_OK);
    ck_assert_int_eq(ztrunk_watch_anchors_changed(w, 7, PKI_NOW), ZTRUNK_E_NOTFOUND);
    nothing_is_found();
    end();
}
END_TEST

START_TEST(a_root_that_is_missing_is_named_until_the_peer_is_let_in_for_a_while)
{
    start();
    show(peer, ZTRUNK_VIEW_WIRE, ZTRUNK_WATCH_TRUSTED, leaf_b, PKI_NOW);
    show(peer, ZTRUNK_VIEW_WIRE, ZTRUNK_WATCH_MISSING, other_root, PKI_NOW);
    next_is(ZTRUNK_FINDING_ROOT_MISSING, 1);
    ck_assert_str_eq(finding.text, "CN=new root");
    expire(PKI_NOW + 3600);
    show(peer, ZTRUNK_VIEW_WIRE, ZTRUNK_WATCH_TRUSTED, leaf_b, PKI_NOW + 3600);
    expire(PKI_NOW + 3600 + 599);
    nothing_is_found();
    expire(PKI_NOW + 3600 + 600);
    next_is(ZTRUNK_FINDING_ROOT_MISSING, 0);
    nothing_is_found();
    end();
}
END_TEST

START_TEST(the_missing_root_of_a_chain_without_it_is_who_issued_its_last)
{
    char *second;

    start();
    second = strstr(strstr(other_root, "-----END") + 1, "-----END");
    *strchr(second, '\n') = 0; /* leaf and middle, as a server sends them */
    show(peer, ZTRUNK_VIEW_WIRE, ZTRUNK_WATCH_MISSING, other_root, PKI_NOW);
    next_is(ZTRUNK_FINDING_ROOT_MISSING, 1);
    ck_assert_str_eq(finding.text, "CN=new root");
    end();
}
END_TEST

START_TEST(what_nobody_has_proved_changes_no_issuer_usage_or_end)
{
    start();
    show(peer, ZTRUNK_VIEW_WIRE, ZTRUNK_WATCH_TRUSTED, leaf_b, PKI_NOW);
    show(peer, ZTRUNK_VIEW_WIRE, ZTRUNK_WATCH_MISSING, client_only, PKI_NOW + 29 * DAY);
    next_is(ZTRUNK_FINDING_ROOT_MISSING, 1);
    nothing_is_found();
    show(peer, ZTRUNK_VIEW_WIRE, ZTRUNK_WATCH_TRUSTED, leaf_b, PKI_NOW + 30 * DAY);
    next_is(ZTRUNK_FINDING_ROOT_MISSING, 0);
    /* refused since it is over: that alone is told */
    show(peer, ZTRUNK_VIEW_WIRE, ZTRUNK_WATCH_REFUSED, leaf_a, PKI_NOW + 31 * DAY);
    next_is(ZTRUNK_FINDING_EXPIRY, ZTRUNK_EXPIRY_OVER);
    nothing_is_found();
    end();
}
END_TEST

START_TEST(another_intermediate_is_less_than_another_root_and_both_are_old_news_after_a_day)
{
    start();
    show(peer, ZTRUNK_VIEW_WIRE, ZTRUNK_WATCH_TRUSTED, leaf_b, PKI_NOW - 10);
    show(peer, ZTRUNK_VIEW_WIRE, ZTRUNK_WATCH_TRUSTED, other_middle, PKI_NOW - 10);
    next_is(ZTRUNK_FINDING_ISSUER, 1);
    ck_assert_str_eq(finding.text, "CN=second middle");
    ck_assert_str_eq(finding.old, "CN=middle");
    show(peer, ZTRUNK_VIEW_WIRE, ZTRUNK_WATCH_TRUSTED, client_only, PKI_NOW - 10);
    next_is(ZTRUNK_FINDING_USAGE, 1);
    show(peer, ZTRUNK_VIEW_WIRE, ZTRUNK_WATCH_TRUSTED, leaf_b, PKI_NOW);
    nothing_is_found();
    show(peer, ZTRUNK_VIEW_WIRE, ZTRUNK_WATCH_TRUSTED, client_only, PKI_NOW);
    next_is(ZTRUNK_FINDING_EXPIRY, 1);
    expire(PKI_NOW + DAY - 11);
    nothing_is_found();
    expire(PKI_NOW + DAY - 10);
    next_is(ZTRUNK_FINDING_ISSUER, 0);
    next_is(ZTRUNK_FINDING_USAGE, 0);
    expire(PKI_NOW + 2 * DAY);
    nothing_is_found();
    end();
}
END_TEST

START_TEST(no_failed_allocation_leaves_anything)
{
    int32_t err = ZTRUNK_E_NOMEM;

    start();
    for (uint32_t n = 2; err != ZTRUNK_OK; n++) {
        fail_ctx f = {.fail_at = n};
        ztrunk_ctx *failing = NULL;
        ztrunk_watch *watch = NULL;
        uint64_t id = 0;

        ck_assert_uint_lt(n, 500);
        if (fail_ctx_new(&f, &failing) != ZTRUNK_OK) continue;
        err = ztrunk_watch_new(failing, NULL, &watch);
        if (err == ZTRUNK_OK) err = ztrunk_watch_add(watch, ZTRUNK_WATCH_PEER, "x", &id);
        if (err == ZTRUNK_OK)
            err = ztrunk_watch_show(watch, id, ZTRUNK_VIEW_WIRE, 0, (const uint8_t *)leaf_b,
                                    strlen(leaf_b), PKI_NOW);
        ck_assert_msg(err == ZTRUNK_OK || err == ZTRUNK_E_NOMEM, "%u: %d", n, err);
        ztrunk_watch_free(watch);
        ztrunk_ctx_free(failing);
        ck_assert_uint_eq(f.live, 0);
    }
    end();
}
END_TEST

UNIT_MAIN("tls/watch", wrong_calls_change_nothing,
          each_threshold_is_told_once_and_a_renewal_ends_it,
          a_clock_that_was_wrong_for_a_while_takes_all_of_it_back,
          renewed_but_not_loaded_is_told_when_it_lasts,
          loaded_but_not_shown_is_told_and_its_end_counts,
          a_peers_root_that_is_to_come_is_named_until_it_is_trusted,
          a_root_that_is_missing_is_named_until_the_peer_is_let_in_for_a_while,
          the_missing_root_of_a_chain_without_it_is_who_issued_its_last,
          what_nobody_has_proved_changes_no_issuer_usage_or_end,
          another_intermediate_is_less_than_another_root_and_both_are_old_news_after_a_day,
          no_failed_allocation_leaves_anything)
