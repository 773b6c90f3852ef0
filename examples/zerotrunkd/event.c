#include "event.h"
#include <stdlib.h>
#include <string.h>

const struct event event_table[] = {
    {"admission.refused", 1001, "Limit of a source reached", OCSF_NETWORK, OCSF_REFUSE},
    {"alarm.cleared", 1101, "Alarm cleared", OCSF_FINDING, OCSF_CLOSE_FINDING},
    {"alarm.raised", 1102, "Alarm raised", OCSF_FINDING, OCSF_CREATE},
    {"alert.command_failed", 1103, "Delivery of alarms failed", OCSF_BASE, OCSF_OTHER},
    {"alert.spool_back", 1104, "Spool of alarms takes records again", OCSF_BASE, OCSF_OTHER},
    {"alert.spool_failed", 1105, "Spool of alarms takes nothing", OCSF_BASE, OCSF_OTHER},
    {"call.answered", 1201, "Call answered", OCSF_BASE, OCSF_OTHER},
    {"call.end", 1202, "Call ended", OCSF_BASE, OCSF_OTHER},
    {"call.record", 1209, "Call detail record", OCSF_BASE, OCSF_OTHER},
    {"call.refused", 1203, "Call refused", OCSF_BASE, OCSF_OTHER},
    {"call.ringing", 1204, "Call rings", OCSF_BASE, OCSF_OTHER},
    {"call.start", 1205, "Call started", OCSF_BASE, OCSF_OTHER},
    {"clock.jumped", 1901, "Clock was set", OCSF_BASE, OCSF_OTHER},
    {"config.warning", 1902, "Configuration is odd", OCSF_BASE, OCSF_OTHER},
    {"drain.done", 1903, "Node ends", OCSF_LIFECYCLE, OCSF_STOP},
    {"drain.start", 1904, "Node was told to end", OCSF_BASE, OCSF_OTHER},
    {"filter.missing", 1301, "Source filter missing", OCSF_BASE, OCSF_OTHER},
    {"firewall.failed", 1302, "Kernel table failed", OCSF_BASE, OCSF_OTHER},
    {"flow.closed", 1401, "Connection closed", OCSF_NETWORK, OCSF_CLOSE},
    {"flow.drained", 1402, "Connection closed after a renewal", OCSF_NETWORK, OCSF_CLOSE},
    {"flow.refused", 1403, "Connection refused", OCSF_NETWORK, OCSF_REFUSE},
    {"gate.refused", 1404, "Message refused before it was parsed", OCSF_NETWORK, OCSF_REFUSE},
    {"identity.judged", 1501, "Identity of a peer judged", OCSF_NETWORK, OCSF_TRAFFIC},
    {"identity.loaded", 1502, "Certificate loaded", OCSF_BASE, OCSF_OTHER},
    {"identity.not_shown", 1503, "Certificate not shown", OCSF_BASE, OCSF_OTHER},
    {"identity.refused", 1504, "Identity of a peer refused", OCSF_NETWORK, OCSF_REFUSE},
    {"identity.rolled_back", 1505, "Certificate taken back", OCSF_BASE, OCSF_OTHER},
    {"identity.seen", 1514, "Own certificate seen again", OCSF_BASE, OCSF_OTHER},
    {"identity.unseen", 1513, "Own certificate seen by nobody", OCSF_BASE, OCSF_OTHER},
    {"identity.verdict", 1511, "Request of a cloud judged", OCSF_NETWORK, OCSF_TRAFFIC},
    {"identity.waiting", 1512, "Node waits for its certificate", OCSF_BASE, OCSF_OTHER},
    {"media.agreed", 1206, "Media agreed", OCSF_BASE, OCSF_OTHER},
    {"media.heard", 1210, "Party of a call is heard again", OCSF_BASE, OCSF_OTHER},
    {"media.verdict", 1211, "Party of a call is not heard", OCSF_BASE, OCSF_OTHER},
    {"node.started", 1905, "Node started", OCSF_LIFECYCLE, OCSF_START},
    {"ocsp.answered", 1506, "Revocation status answered", OCSF_BASE, OCSF_OTHER},
    {"ocsp.refused", 1507, "Revocation status not usable", OCSF_BASE, OCSF_OTHER},
    {"peer.distrusted", 1508, "Peer no longer trusted", OCSF_NETWORK, OCSF_CLOSE},
    {"peer.issuer_changed", 1515, "Peer has another intermediate", OCSF_BASE, OCSF_OTHER},
    {"pinhole.closed", 1303, "Media hole closed", OCSF_NETWORK, OCSF_CLOSE},
    {"pinhole.latched", 1304, "Media hole follows its peer", OCSF_NETWORK, OCSF_TRAFFIC},
    {"pinhole.opened", 1305, "Media hole opened", OCSF_NETWORK, OCSF_OPEN},
    {"privileges.dropped", 1906, "Privileges given up", OCSF_BASE, OCSF_OTHER},
    {"privileges.process_gone", 1907, "Privileged process gone", OCSF_BASE, OCSF_OTHER},
    {"privileges.root", 1908, "Node runs as root", OCSF_BASE, OCSF_OTHER},
    {"privileges.taken_over", 1912, "Spare of the privileged process took over", OCSF_BASE,
     OCSF_OTHER},
    {"proof.failed", 1509, "Reverse proof failed", OCSF_NETWORK, OCSF_FAIL},
    {"proof.noted", 1510, "Reverse proof noted", OCSF_NETWORK, OCSF_TRAFFIC},
    {"reload.done", 1909, "Configuration taken", OCSF_BASE, OCSF_OTHER},
    {"reload.refused", 1910, "Configuration refused", OCSF_BASE, OCSF_OTHER},
    {"reload.tls_kept", 1911, "TLS configuration kept", OCSF_BASE, OCSF_OTHER},
    {"request.dropped", 1405, "Request dropped", OCSF_BASE, OCSF_OTHER},
    {"request.refused", 1406, "Request refused", OCSF_BASE, OCSF_OTHER},
    {"sdp.refused", 1207, "Offer or answer refused", OCSF_BASE, OCSF_OTHER},
    {"silence.missing", 1306, "Port cannot be held silent", OCSF_BASE, OCSF_OTHER},
    {"source.blocked", 1002, "Source blocked", OCSF_NETWORK, OCSF_REFUSE},
    {"tls.accepted", 1407, "TLS connection accepted", OCSF_NETWORK, OCSF_OPEN},
    {"tls.connected", 1408, "TLS connection made", OCSF_NETWORK, OCSF_OPEN},
    {"tls.refused", 1409, "TLS handshake refused", OCSF_NETWORK, OCSF_REFUSE},
    {"toll.denied", 1208, "Call denied by toll limits", OCSF_BASE, OCSF_OTHER},
    {"trunk.down", 1601, "Trunk is down", OCSF_BASE, OCSF_OTHER},
    {"trunk.up", 1602, "Trunk is up", OCSF_BASE, OCSF_OTHER},
};
const size_t event_count = sizeof event_table / sizeof event_table[0];

static int by_name(const void *name, const void *row)
{
    return strcmp(name, ((const struct event *)row)->name);
}

const struct event *event_of(const char *name)
{
    static const struct event unknown = {"unknown.event", 0, "event", OCSF_BASE, OCSF_OTHER};
    const struct event *event =
        bsearch(name, event_table, event_count, sizeof event_table[0], by_name);

    return event != NULL ? event : &unknown;
}
