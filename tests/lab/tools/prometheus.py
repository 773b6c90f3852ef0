#!/usr/bin/python3
"""What a Prometheus says of itself.

    prometheus.py URL target STATE                  the one target of the job zerotrunkd is in it
    prometheus.py URL rules FILE                    it has loaded all of that file, each was
                                                    evaluated and found in good health
    prometheus.py URL alerts                        prints those that are not inactive, one a line:
                                                    state, name and labels
    prometheus.py URL series WORD...                has each series that a rule reads, but for those
                                                    with one of these words, which it has not
    prometheus.py URL query EXPRESSION              answers it with data
    prometheus.py URL dashboard FILE TITLE...       answers each expression and each variable of
                                                    that dashboard; with data, but for the panels of
                                                    these titles, which have none

Whatever is not so is a line on standard error, and the exit status 1."""
import json
import re
import sys
import urllib.parse
import urllib.request

WINDOW = "1m"


def ask(url, path, **query):
    """The data of an answer; a query that fails is answered by an HTTP error."""
    with urllib.request.urlopen(f"{url}/api/v1/{path}?{urllib.parse.urlencode(query)}", timeout=10) as answer:
        said = json.load(answer)
    if said["status"] != "success":
        raise ValueError(said)
    return said["data"]


def target(url, state):
    seen = [(t["health"], t["lastError"]) for t in ask(url, "targets", state="active")["activeTargets"]
            if t["labels"]["job"] == "zerotrunkd"]
    return [] if [health for health, _ in seen] == [state] else [f"targets: {seen}"]


def loaded_rules(url):
    return [rule for group in ask(url, "rules")["groups"] for rule in group["rules"]]


def rules(url, file):
    with open(file, encoding="utf-8") as text:
        want = re.findall(r"^ +- (?:alert|record): (\S+)$", text.read(), re.M)
    have = loaded_rules(url)
    wrong = [f"{r['name']}: {r['health']} {r.get('lastError', '')}" for r in have if r["health"] != "ok"]
    if not want or sorted(r["name"] for r in have) != sorted(want):
        wrong.append(f"{len(have)} rules are loaded, {len(want)} are in the file")
    return wrong


def alerts(url):
    for rule in loaded_rules(url):
        for alert in rule.get("alerts", []):
            labels = sorted(f"{k}={v}" for k, v in alert["labels"].items() if k in ("severity", "days", "name", "view"))
            print(alert["state"], rule["name"], *labels)
    return []


def series(url, *words):
    read = {one for rule in loaded_rules(url) for one in re.findall(r"\bzerotrunk_\w+(?:\{.*?\})?", rule["query"])}
    wrong = [] if read else ["the rules read nothing"]
    for one in sorted(read):
        is_there, is_meant = bool(ask(url, "query", query=one)["result"]), not any(word in one for word in words)
        if is_there != is_meant:
            wrong.append(f"{one}: {'there, and should not be' if is_there else 'not there'}")
    return wrong


def query(url, expression):
    return [] if ask(url, "query", query=expression)["result"] else [f"no data: {expression}"]


def panels_of(items):
    for panel in items:
        yield panel
        yield from panels_of(panel.get("panels", []))


def filled(expression):
    """As Grafana would send it with every variable at All."""
    expression = re.sub(r"\$__(rate_interval|interval|range)\b", WINDOW, expression)
    expression = re.sub(r"\$(instance|trunk)\b", ".*", expression)
    if "$" in expression:
        raise ValueError(f"a variable that nobody knows: {expression}")
    return expression


def odd_form(dashboard, panels):
    """What Grafana would not take or would show twice."""
    ids = [panel["id"] for panel in panels]
    if len(set(ids)) != len(ids):
        yield "panels share an id"
    if not 30 <= dashboard["schemaVersion"] <= 39:
        yield "the schema is not one of Grafana 9 or 10"
    for panel in panels:
        place = panel["gridPos"]
        if place["x"] + place["w"] > 24:
            yield f"{panel['title']}: wider than the page"
        if panel["type"] != "row" and not panel["fieldConfig"]["defaults"].get("unit"):
            yield f"{panel['title']}: no unit"
        for source in (panel, *panel.get("targets", [])):
            if panel["type"] != "row" and source["datasource"]["uid"] != "${datasource}":
                yield f"{panel['title']}: a data source of its own"


def variables(url, dashboard):
    for variable in dashboard["templating"]["list"]:
        if variable["type"] != "query":
            continue
        series, label = re.fullmatch(r"label_values\((.*), (\w+)\)", variable["query"]["query"]).groups()
        if not ask(url, f"label/{label}/values", **{"match[]": filled(series)}):
            yield f"the variable {variable['name']} has no value"


def dashboard(url, file, *empty):
    with open(file, encoding="utf-8") as text:
        board = json.load(text)
    panels = list(panels_of(board["panels"]))
    wrong = [*odd_form(board, panels), *variables(url, board)]
    asked, without = 0, set()
    for panel in panels:
        for one in panel.get("targets", []):
            asked += 1
            try:
                if not ask(url, "query", query=filled(one["expr"]))["result"]:
                    without.add(panel["title"])
            except (OSError, ValueError) as error:
                wrong.append(f"{panel['title']}: {error}: {one['expr']}")
    wrong += [f"{title}: no data" for title in sorted(without - set(empty))]
    wrong += [f"{title}: has data, and should have none" for title in sorted(set(empty) - without)]
    print("asked", asked, "of", sum(panel["type"] != "row" for panel in panels), "panels")
    return wrong if asked else ["nothing was asked"]


def main():
    url, verb, *rest = sys.argv[1:]
    verbs = {"target": target, "rules": rules, "alerts": alerts, "series": series, "query": query, "dashboard": dashboard}
    wrong = verbs[verb](url, *rest)
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
