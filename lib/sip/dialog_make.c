#include "base/time.h"
#include "sip/dialog.h"

static void add_part(zti_buf *b, zti_str part)
{
    zti_buf_u64(b, part.len);
    zti_buf_char(b, ':');
    zti_buf_str(b, part);
}

/* The trunk is a part of the key: what another one sends finds nothing. */
int32_t zti_dialog_key(zti_buf *b, const zti_sighting *s)
{
    zti_str from = zti_msg_tag(s->m, 0), to = zti_msg_tag(s->m, 1);

    zti_buf_u64(b, s->owner);
    add_part(b, zti_msg_header(s->m, "Call-ID"));
    add_part(b, s->is_ours ? from : to);
    add_part(b, s->is_ours ? to : from);
    return b->err;
}

int32_t zti_seed_key(zti_buf *b, const zti_sighting *s)
{
    zti_buf_u64(b, s->owner);
    zti_buf_char(b, s->is_ours ? 'O' : 'I');
    add_part(b, zti_msg_header(s->m, "Call-ID"));
    add_part(b, zti_msg_tag(s->m, 0));
    return b->err;
}

static int32_t take_key(ztrunk_dialogs *d, zti_buf *b, int32_t err, zti_str *out)
{
    char *copy = err == ZTRUNK_OK ? zti_dup(d->ctx, b->data, b->len) : NULL;

    if (copy != NULL) *out = (zti_str){copy, b->len};
    zti_buf_free(b);
    if (err != ZTRUNK_OK) return err;
    return copy != NULL ? ZTRUNK_OK : ZTRUNK_E_NOMEM;
}

static void free_key(ztrunk_dialogs *d, zti_str key)
{
    zti_free(d->ctx, (char *)(uintptr_t)key.p);
}

void zti_seed_drop(ztrunk_dialogs *d, zti_seed *seed)
{
    zti_heap_remove(&d->seed_heap, &seed->end);
    if (seed->key.p != NULL && zti_map_get(&d->seed_map, seed->key) == seed)
        zti_map_del(&d->seed_map, seed->key);
    free_key(d, seed->key);
    zti_free(d->ctx, seed->from);
    zti_free(d->ctx, seed->call_id);
    zti_free(d->ctx, seed->target);
    zti_buf_free(&seed->routes);
    zti_free(d->ctx, seed);
}

static int32_t fill_seed(ztrunk_dialogs *d, zti_seed *seed, const zti_sighting *s)
{
    zti_str target = zti_msg_contact(s->m);
    zti_buf b = zti_buf_of(d->ctx, SIZE_MAX);
    int32_t err = zti_seed_key(&b, s);

    if (s->is_out) (void)ztrunk_sip_msg_uri(s->m, &target.p, &target.len);
    err = take_key(d, &b, err, &seed->key);
    if (err != ZTRUNK_OK) return err;
    seed->from = zti_dialog_text(d, zti_msg_header(s->m, "From"));
    seed->call_id = zti_dialog_text(d, zti_msg_header(s->m, "Call-ID"));
    seed->target = zti_dialog_text(d, target);
    if (seed->from == NULL || seed->call_id == NULL || seed->target == NULL) return ZTRUNK_E_NOMEM;
    if (!s->is_out) err = zti_routes_of(d->ctx, s->m, 0, &seed->routes);
    return err;
}

int32_t zti_seed_add(ztrunk_dialogs *d, const zti_sighting *s)
{
    zti_oa_step step = {ZTI_OA_REQUEST, s->is_out, ZTRUNK_SIP_INVITE, s->info.cseq};
    uint32_t event, status;
    zti_seed *seed;
    int32_t err = zti_heap_reserve(&d->seed_heap, d->seed_map.count + 1);

    if (err != ZTRUNK_OK) return err;
    seed = zti_calloc(d->ctx, sizeof *seed);
    if (seed == NULL) return ZTRUNK_E_NOMEM;
    seed->routes = zti_buf_of(d->ctx, SIZE_MAX);
    seed->end.owner = seed;
    seed->is_caller = s->is_out;
    seed->cseq = s->info.cseq;
    err = fill_seed(d, seed, s);
    if (err == ZTRUNK_OK) err = zti_map_put(&d->seed_map, seed->key, seed);
    if (err != ZTRUNK_OK) {
        zti_seed_drop(d, seed);
        return err;
    }
    step.place = s->has_sdp ? ZTI_OA_REQUEST : ZTI_OA_REQUEST_EMPTY;
    (void)zti_oa_take(&seed->oa, &step, &event, &status);
    (void)zti_heap_set(&d->seed_heap, &seed->end, zti_time_add(s->now_ns, d->early_ns));
    return ZTRUNK_OK;
}

void zti_dialog_drop(ztrunk_dialogs *d, zti_dialog *g)
{
    zti_heap_remove(&d->heap, &g->retry);
    zti_heap_remove(&d->heap, &g->end);
    if (g->seed != NULL) g->seed->dialogs--;
    if (g->key.p != NULL && zti_map_get(&d->map, g->key) == g) zti_map_del(&d->map, g->key);
    zti_slots_del(&d->slots, g->id);
    free_key(d, g->key);
    zti_free(d->ctx, g->local);
    zti_free(d->ctx, g->remote);
    zti_free(d->ctx, g->call_id);
    zti_free(d->ctx, g->target);
    zti_buf_free(&g->routes);
    zti_wire_drop(d->ctx, g->ok);
    zti_wire_drop(d->ctx, g->ack);
    zti_free(d->ctx, g);
}

/* It stays for 64*T1: our BYE and its response still pass, and nothing else comes in. */
void zti_dialog_end(ztrunk_dialogs *d, zti_dialog *g, int32_t error, uint64_t now_ns)
{
    if (g->state == ZTRUNK_DIALOG_ENDED) return;
    g->state = ZTRUNK_DIALOG_ENDED;
    if (g->seed != NULL) g->seed->dialogs--;
    g->seed = NULL;
    zti_heap_remove(&d->heap, &g->retry);
    (void)zti_heap_set(&d->heap, &g->end, zti_time_add(now_ns, zti_dialogs_64t1(d)));
    zti_dialog_tell(d, g, ZTRUNK_EV_DIALOG_ENDED, 0, error, now_ns);
}

void zti_seed_end(ztrunk_dialogs *d, zti_seed *seed, int32_t error, uint64_t now_ns)
{
    size_t place = 0;
    zti_dialog *g;

    while (seed->dialogs > 0 && (g = zti_slots_next(&d->slots, &place)) != NULL) {
        if (g->seed != seed) continue;
        if (g->state == ZTRUNK_DIALOG_EARLY) {
            zti_dialog_end(d, g, error, now_ns);
            continue;
        }
        g->seed = NULL;
        seed->dialogs--;
    }
    zti_seed_drop(d, seed);
}

static int32_t copy_routes(ztrunk_dialogs *d, const zti_seed *seed, const zti_sighting *s,
                           zti_buf *out)
{
    if (seed->is_caller) return zti_routes_of(d->ctx, s->m, 1, out);
    zti_buf_str(out, zti_buf_view(&seed->routes));
    return out->err;
}

static int32_t fill_dialog(ztrunk_dialogs *d, zti_dialog *g, const zti_seed *seed,
                           const zti_sighting *s)
{
    zti_str to = zti_msg_header(s->m, "To");
    zti_buf b = zti_buf_of(d->ctx, SIZE_MAX);
    int32_t err = take_key(d, &b, zti_dialog_key(&b, s), &g->key);

    if (err != ZTRUNK_OK) return err;
    g->local = zti_dialog_text(d, seed->is_caller ? zti_str_of(seed->from) : to);
    g->remote = zti_dialog_text(d, seed->is_caller ? to : zti_str_of(seed->from));
    g->call_id = zti_dialog_text(d, zti_str_of(seed->call_id));
    g->target = zti_dialog_text(d, zti_str_of(seed->target));
    if (g->local == NULL || g->remote == NULL || g->call_id == NULL || g->target == NULL)
        return ZTRUNK_E_NOMEM;
    err = copy_routes(d, seed, s, &g->routes);
    if (err == ZTRUNK_OK) err = zti_map_put(&d->map, g->key, g);
    if (err == ZTRUNK_OK) err = zti_slots_put(&d->slots, g, &g->id);
    return err;
}

int32_t zti_dialog_add(ztrunk_dialogs *d, zti_seed *seed, const zti_sighting *s, zti_dialog **out)
{
    zti_dialog *g;
    int32_t err;

    if (seed->dialogs >= d->max_forks) return ZTRUNK_E_LIMIT;
    err = zti_heap_reserve(&d->heap, 2 * (d->slots.count + 1));
    if (err != ZTRUNK_OK) return err;
    g = zti_calloc(d->ctx, sizeof *g);
    if (g == NULL) return ZTRUNK_E_NOMEM;
    g->routes = zti_buf_of(d->ctx, SIZE_MAX);
    g->retry.owner = g->end.owner = g;
    g->owner = s->owner;
    g->flow = s->flow;
    g->state = ZTRUNK_DIALOG_EARLY;
    g->is_caller = seed->is_caller;
    g->oa = seed->oa;
    g->local_cseq = seed->is_caller ? seed->cseq : 0;
    g->remote_cseq = seed->is_caller ? 0 : seed->cseq;
    g->has_remote_cseq = !seed->is_caller;
    *(seed->is_caller ? &g->our_invite : &g->their_invite) = seed->cseq + 1;
    err = fill_dialog(d, g, seed, s);
    if (err != ZTRUNK_OK) {
        zti_dialog_drop(d, g);
        return err;
    }
    g->seed = seed;
    seed->dialogs++;
    *out = g;
    return ZTRUNK_OK;
}
