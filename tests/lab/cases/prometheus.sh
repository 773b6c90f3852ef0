#!/usr/bin/env bash
# a real Prometheus loads the rules, tells of a certificate that ends soon and of nothing else, and fills each panel
# shellcheck source=tests/lab/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/../story.sh"
shipped=$LAB_SRC/../../examples/zerotrunkd/prometheus
url=http://127.0.0.1:9090
lab_up
rules_tested() { # FILE: takes a while, beside all that follows
    lab_spawn edge "$1" promtool test rules "$shipped/$1.yml"
    TESTS+=("$LAB_PID")
}
TESTS=()
rules_tested zerotrunk-rules-test
rules_tested zerotrunk-rules-days-test
promtool check rules --lint=all --lint-fatal "$shipped/zerotrunk-rules.yml" || lab_fail 'promtool refuses the rules'
promtool check config --lint=all --lint-fatal "$shipped/prometheus.yml" || lab_fail 'promtool refuses the configuration'

# A hundred days of life, ten of which are left.
day() { date -u -d "$1 days" +%Y%m%d%H%M%SZ; }
PKI_DATES="-startdate $(day -90) -enddate $(day +10)" \
    "$LAB_SRC/pki.sh" "$LAB_DIR/pki" few $SBC EC -pkeyopt ec_paramgen_curve:P-256
pbx_up
TRUNK_CERT=few trunk_config
sed -i 's/^node:/&\n  firewall: nftables/' "$LAB_DIR/zerotrunkd.yaml"
printf '    toll: {refuse: ["+1900"]}\n' >>"$LAB_DIR/zerotrunkd.yaml"
trunk_up
metrics >"$LAB_DIR/metrics"
promtool check metrics <"$LAB_DIR/metrics" || lab_fail 'promtool finds fault with the metrics'

# The configuration as it is shipped, in a hurry.
watched() { in_ns edge "$LAB_SRC/tools/prometheus.py" $url "$@"; }
ask() { watched "$@" || lab_fail "prometheus: $1"; }
mkdir "$LAB_DIR/prometheus"
cp "$shipped/zerotrunk-rules.yml" "$LAB_DIR/prometheus/"
sed -e 's/scrape_interval: 15s/scrape_interval: 2s/' -e 's/evaluation_interval: 15s/evaluation_interval: 1s/' \
    "$shipped/prometheus.yml" >"$LAB_DIR/prometheus/prometheus.yml"
lab_spawn edge prometheus prometheus "--config.file=$LAB_DIR/prometheus/prometheus.yml" \
    "--storage.tsdb.path=$LAB_DIR/prometheus/data" --web.listen-address=127.0.0.1:9090
await 20 'the target to be up' watched target up
await 10 'the rules to be evaluated' watched rules "$shipped/zerotrunk-rules.yml"

# Calls, and one who is refused, for the panels that show a rate.
in_ns phone "$LAB_SRC/tools/load.py" cloud "$EDGE4:5061" "$SBC" "$LAB_DIR/pki" 2 2
scripted_offer phone good untrusted >"$LAB_DIR/said" 2>&1 || true
await 10 'the first refusal to be seen as a step' watched query 'increase(zerotrunk_tls_refused_total{cause="untrusted"}[1m]) > 0'

told() { watched alerts | sort; }
expiring="firing ZerotrunkCertificateExpiring days=14 name=$SBC severity=critical"
# The node has an alarm of its own for it, which this one waits for two minutes to repeat.
own='pending ZerotrunkAlarm severity=warning'
both=$(printf '%s\n' "$expiring" "$own" | sort)
tells() { [ "$(told)" = "$1" ]; }
await 10 'the alert' tells "$both" || lab_fail "what it tells: $(told)"

ask rules "$shipped/zerotrunk-rules.yml"
ask series
watched dashboard "$shipped/grafana-dashboard.json" || lab_fail 'the dashboard'
await 10 'the alert alone' tells "$both" || lab_fail "what it tells after the calls: $(told)"

# A node that ends is noticed, and the word of its certificate stays.
trunk_down
await 10 'the target to be down' watched target down
await 10 'the alert of a node that is down' tells "$(printf '%s\n' "$expiring" 'pending ZerotrunkDown severity=critical' | sort)" ||
    lab_fail "what it tells at the end: $(told)"
ask rules "$shipped/zerotrunk-rules.yml"
for pid in "${TESTS[@]}"; do
    wait "$pid" || lab_fail "$(cat "$LAB_DIR"/zerotrunk-rules-*.log)"
done
for name in zerotrunk-rules-test zerotrunk-rules-days-test; do has_line "$name.log" SUCCESS || lab_fail "$name did not run"; done
