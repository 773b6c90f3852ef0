#!/usr/bin/env python3
"""firewall.py aws|terraform FILE: the rules that zerotrunkd --firewall wrote, one a line, sorted:
"in tcp 5061-5061 198.51.100.0/28". Ends with 1 when a reader of that language would not take them."""
import ipaddress
import json
import re
import sys

STRING = r'"((?:[^"\\$%\x00-\x1f]|\$(?!\{)|%(?!\{))*)"'
# What the AWS API takes as a description.
ABOUT = re.compile(r'^[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}$')


def line(direction, protocol, first, last, cidr, about):
    network = ipaddress.ip_network(cidr)  # refuses bits behind the length
    assert protocol in ("tcp", "udp"), protocol
    assert type(first) is int and type(last) is int and 0 < first <= last < 65536, (first, last)
    assert ABOUT.match(about), about
    return f"{direction} {protocol} {first}-{last} {network}"


def aws(text):
    rules = json.loads(text)
    assert set(rules) == {"ingress", "egress"}, set(rules)
    for member, direction in (("ingress", "in"), ("egress", "out")):
        for permission in rules[member]:
            assert set(permission) in ({"IpProtocol", "FromPort", "ToPort", "IpRanges"},
                                       {"IpProtocol", "FromPort", "ToPort", "Ipv6Ranges"})
            ranges = permission.get("IpRanges") or permission["Ipv6Ranges"]
            key, version = ("CidrIp", 4) if "IpRanges" in permission else ("CidrIpv6", 6)
            for entry in ranges:
                assert set(entry) == {key, "Description"}, entry
                assert ipaddress.ip_network(entry[key]).version == version, entry
                yield line(direction, permission["IpProtocol"], permission["FromPort"],
                           permission["ToPort"], entry[key], entry["Description"])


def attributes(body):
    found = {}
    for row in body.strip("\n").split("\n"):
        match = re.fullmatch(rf'  ([a-z_0-9]+) += (?:{STRING}|([0-9]+)|([a-z_.]+))', row)
        assert match, row
        name, quoted, number, reference = match.groups()
        assert name not in found, name
        found[name] = quoted if quoted is not None else int(number) if number else ("ref", reference)
    return found


def terraform(text):
    blocks = re.findall(r'^([a-z]+)((?: "[^"]*")+) \{\n((?:  .*\n)*)\}\n', text, re.M)
    left = re.sub(r'^[a-z]+(?: "[^"]*")+ \{\n(?:  .*\n)*\}\n', "", text, flags=re.M)
    assert not left.strip(), left
    names, variables = set(), set()
    for kind, labels, body in blocks:
        labels = re.findall(r'"([^"]*)"', labels)
        values = attributes(body)
        assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", label) for label in labels), labels
        if kind == "variable":
            variables.add(labels[0])
            assert values["type"] == ("ref", "string"), values
            continue
        assert kind == "resource" and tuple(labels) not in names, labels
        names.add(tuple(labels))
        direction = {"aws_vpc_security_group_ingress_rule": "in",
                     "aws_vpc_security_group_egress_rule": "out"}[labels[0]]
        cidrs = [value for name, value in values.items() if name in ("cidr_ipv4", "cidr_ipv6")]
        assert len(cidrs) == 1 and len(values) == 6, values
        assert ipaddress.ip_network(cidrs[0]).version == (4 if "cidr_ipv4" in values else 6)
        assert values["security_group_id"] == ("ref", "var.security_group_id"), values
        yield line(direction, values["ip_protocol"], values["from_port"], values["to_port"],
                   cidrs[0], values["description"])
    assert variables == {"security_group_id"}, variables


def main():
    form, path = sys.argv[1:]
    with open(path, encoding="ascii") as file:
        lines = list({"aws": aws, "terraform": terraform}[form](file.read()))
    assert len(lines) == len(set(lines)), "a rule stands there twice"
    print("\n".join(sorted(lines)))


main()
