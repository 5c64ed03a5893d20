"""The Helm chart, rendered and held against Kubernetes' schemas, our settings and our commands."""

import json
import runpy
from collections.abc import Iterator
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from agents.alerting.routing.load import load_routes
from agents.settings import FILE, read_settings
from support.command_line import parse
from support.helm import CHART, ROOT, SETS, SNAPSHOTS, helm, rendered, run, snapshot

needs_helm = pytest.mark.skipif(helm() is None, reason="needs helm: make helm builds it")
VALUES = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))
SCHEMA = json.loads((CHART / "values.schema.json").read_text("utf-8"))
NOT_KUBERNETES = {"PodMonitor", "PrometheusRule", "ScaledObject"}
KUBERNETES = ["1.27", "1.37"]
SECRETS = {
    "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "X_BEARER_TOKEN",
    "TOCSIN_KAFKA_SASL_PASSWORD", "TOCSIN_KAFKA_KEY_PASSWORD",
}  # fmt: skip


def of_kind(name: str, *kinds: str) -> Iterator[dict[str, Any]]:
    return (each for each in rendered(name) if each["kind"] in kinds)


def pods(name: str) -> dict[str, dict[str, Any]]:
    """Pod specs by process."""
    found = {
        each["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/component"]: each["spec"][
            "template"
        ]
        for each in of_kind(name, "Deployment", "Job")
    }
    for each in of_kind(name, "CronJob"):
        pod = each["spec"]["jobTemplate"]["spec"]["template"]
        found[pod["metadata"]["labels"]["app.kubernetes.io/component"]] = pod
    (test,) = of_kind(name, "Pod")
    return found | {"test": test}


def containers(name: str) -> dict[str, dict[str, Any]]:
    return {process: pod["spec"]["containers"][0] for process, pod in pods(name).items()}


def environment(container: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each.get("value", "") for each in container["env"]}


def test_what_the_chart_brings_is_what_lies_beside_it() -> None:
    copies = runpy.run_path(str(ROOT / "deploy" / "write_chart_files.py"))["copies"]()
    there = {path for path in (CHART / "files").rglob("*") if path.is_file()}
    assert there == set(copies)
    assert [
        to.name for to, source in copies.items() if to.read_bytes() != source.read_bytes()
    ] == []


def over(defaults: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The values that helm makes of the chart's own and of those that are given."""
    return defaults | {
        name: over(defaults[name], value)
        if isinstance(value, dict) and isinstance(defaults.get(name), dict)
        else value
        for name, value in own.items()
    }


def test_the_schema_is_one_and_takes_every_set() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    for path in SETS.values():
        values = over(VALUES, yaml.safe_load(path.read_text("utf-8")))
        jsonschema.Draft7Validator(SCHEMA).validate(values)


def test_every_default_is_known_to_the_schema() -> None:
    faults = [each.message for each in jsonschema.Draft7Validator(SCHEMA).iter_errors(VALUES)]
    assert len(faults) == 1  # Kafka's address, which has no default
    assert "does not match" in faults[0]


def test_it_installs_the_version_that_is_here() -> None:
    import tomllib  # noqa: PLC0415 - only here

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text("utf-8"))
    assert chart["appVersion"] == project["version"]


@needs_helm
@pytest.mark.parametrize("name", SETS)
class TestRendered:
    """What holds for every set of values."""

    def test_helm_finds_nothing_to_say(self, name: str) -> None:
        done = run("lint", "--strict", "--values", str(SETS[name]), str(CHART))
        assert done.returncode == 0, done.stdout

    def test_it_is_as_it_was_unless_somebody_wanted_it_otherwise(self, name: str) -> None:
        told = f"{name}: make chart writes the snapshots anew; read what changed"
        assert (SNAPSHOTS / f"{name}.yaml").read_text("utf-8") == snapshot(name), told

    @pytest.mark.parametrize("version", KUBERNETES)
    def test_kubernetes_knows_every_field(self, name: str, version: str) -> None:
        for each in rendered(name):
            if each["kind"] not in NOT_KUBERNETES:
                kubernetes_validate.validate(each, version, strict=True)

    def test_every_command_of_ours_is_understood(self, name: str) -> None:
        brands, routes = ROOT / "examples" / "demo" / "brands.yaml", ROOT / "README.md"
        for process, container in containers(name).items():
            here = [
                str(brands) if "/brands/" in word else str(routes) if "/routes/" in word else word
                for word in container["args"]
            ]
            assert parse(here).callback is not None, process

    def test_every_setting_of_ours_exists(self, name: str) -> None:
        for process, container in containers(name).items():
            given = environment(container)
            files = {key for key in given if key.removesuffix(FILE) in SECRETS}
            settings = read_settings({key: given[key] for key in given if key not in files})
            assert settings.metrics_port == 9100, process
            assert {key for key in files if not key.endswith(FILE)} == set()

    def test_kubernetes_sets_no_variable_that_the_settings_would_refuse(self, name: str) -> None:
        assert all(pod["spec"]["enableServiceLinks"] is False for pod in pods(name).values())

    def test_no_secret_is_in_the_environment(self, name: str) -> None:
        for process, container in containers(name).items():
            assert [one for one in container["env"] if "valueFrom" in one] == [], process

    def test_pods_are_as_the_restricted_standard_asks(self, name: str) -> None:
        for process, pod in pods(name).items():
            spec, container = pod["spec"], pod["spec"]["containers"][0]
            assert spec["securityContext"]["runAsNonRoot"] is True, process
            assert spec["securityContext"]["runAsUser"] == 10001
            assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
            assert spec["automountServiceAccountToken"] is False
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert "memory" in container["resources"]["limits"]

    def test_what_restarts_asks_whether_it_lives_and_what_waits_whether_it_works(
        self, name: str
    ) -> None:
        for process, container in containers(name).items():
            paths = {
                probe: container[probe]["httpGet"]["path"]
                for probe in ("startupProbe", "livenessProbe", "readinessProbe")
                if probe in container
            }
            stays = {"startupProbe": "/livez", "livenessProbe": "/livez",
                     "readinessProbe": "/healthz"}  # fmt: skip
            assert paths == ({} if process in ("topics", "test", "digest") else stays), process

    def test_every_selector_finds_a_pod_and_every_mount_a_volume(self, name: str) -> None:
        labels = [pod["metadata"]["labels"].items() for pod in pods(name).values()]
        for each in of_kind(name, "PodDisruptionBudget", "Service", "NetworkPolicy", "PodMonitor"):
            spec = each["spec"]
            wanted = spec.get("podSelector") or spec["selector"]
            wanted = wanted.get("matchLabels", wanted)
            assert any(wanted.items() <= had for had in labels), each["metadata"]["name"]
        for pod in pods(name).values():
            mounts = {each["name"] for each in pod["spec"]["containers"][0]["volumeMounts"]}
            assert mounts == {each["name"] for each in pod["spec"]["volumes"]}

    def test_never_two_of_what_there_must_be_one_of(self, name: str) -> None:
        for each in of_kind(name, "Deployment"):
            process = each["spec"]["selector"]["matchLabels"]["app.kubernetes.io/component"]
            if process == "learn" or process.startswith("ingest-"):
                assert each["spec"]["replicas"] == 1
                assert each["spec"]["strategy"] == {"type": "Recreate"}

    def test_what_was_heard_and_not_sent_outlives_the_pod(self, name: str) -> None:
        ingests = {key: pod for key, pod in pods(name).items() if key.startswith("ingest-")}
        assert ingests
        for pod in ingests.values():
            claims = {
                each["name"] for each in pod["spec"]["volumes"] if "persistentVolumeClaim" in each
            }
            mounts = {
                each["mountPath"]: each["name"]
                for each in pod["spec"]["containers"][0]["volumeMounts"]
            }
            where = environment(pod["spec"]["containers"][0])["TOCSIN_SPOOL_DIR"]
            assert mounts[where] in claims


@needs_helm
class TestProduction:
    """What the largest set asks for."""

    def test_each_process_gets_the_secrets_that_it_needs_and_no_other(self) -> None:
        kafka = {"TOCSIN_KAFKA_SASL_PASSWORD"}
        wanted = dict.fromkeys(pods("production"), kafka) | {
            "alert": kafka | {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"},
            "digest": kafka | {"SLACK_BOT_TOKEN"},
            "ingest-x": kafka | {"X_BEARER_TOKEN"},
        }
        for process, pod in pods("production").items():
            named = {key.removesuffix(FILE) for key in environment(pod["spec"]["containers"][0])}
            mounted = {
                item["path"]
                for volume in pod["spec"]["volumes"]
                for item in volume.get("secret", {}).get("items", ())
            }
            assert named & SECRETS == mounted == wanted[process], process

    def test_only_alerting_digests_and_ingest_get_out_to_the_internet(self) -> None:
        found = of_kind("production", "NetworkPolicy")
        policies = {each["metadata"]["name"]: each["spec"] for each in found}
        (who,) = policies["t-tocsin-internet"]["podSelector"]["matchExpressions"]
        assert who["values"] == ["alert", "digest", "ingest-news", "ingest-x"]
        everybody = policies["t-tocsin"]
        ports = [port["port"] for rule in everybody["egress"] for port in rule["ports"]]
        assert ports == [53, 53, 9093]
        assert [rule["ports"] for rule in everybody["ingress"]] == [
            [{"port": 9100, "protocol": "TCP"}]
        ]
        assert policies["t-tocsin-page"]["ingress"][0]["from"] == [
            {"podSelector": {"matchLabels": {"app": "login-proxy"}}}
        ]

    def test_series_bear_the_labels_that_the_rules_ask_for(self) -> None:
        (monitor,) = of_kind("production", "PodMonitor")
        label = monitor["spec"]["jobLabel"]
        for pod in pods("production").values():
            assert pod["metadata"]["labels"][label] == "tocsin"
        (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
        assert endpoint["relabelings"] == [
            {
                "sourceLabels": ["__meta_kubernetes_pod_label_app_kubernetes_io_component"],
                "targetLabel": "service",
            }
        ]
        assert {"worker", "alert", "page", "learn", "ingest-x"} < set(pods("production"))

    def test_rules_are_those_of_prometheus_with_addresses_that_open(self) -> None:
        (rule,) = of_kind("production", "PrometheusRule")
        ours = (ROOT / "deploy" / "prometheus" / "rules.yml").read_text("utf-8")
        base = "https://git.acme.example/tocsin/blob/main/docs/runbooks/"
        assert rule["spec"] == yaml.safe_load(ours.replace("docs/runbooks/", base))

    def test_dashboards_are_those_of_grafana(self) -> None:
        there = {
            file: json.loads(content)
            for each in of_kind("production", "ConfigMap")
            if "dashboard" in each["metadata"]["name"]
            for file, content in each["data"].items()
        }
        ours = ROOT / "deploy" / "grafana" / "dashboards"
        assert there == {path.name: json.loads(path.read_text("utf-8")) for path in ours.iterdir()}

    def test_workers_grow_by_what_waits_and_never_beyond_the_partitions(self) -> None:
        (scaled,) = of_kind("production", "ScaledObject")
        found = {each["metadata"]["name"]: each for each in of_kind("production", "Deployment")}
        workers = found["t-tocsin-worker"]
        assert "replicas" not in workers["spec"]
        assert scaled["spec"]["scaleTargetRef"]["name"] == workers["metadata"]["name"]
        partitions = environment(containers("production")["worker"])["TOCSIN_PARTITIONS"]
        assert scaled["spec"]["maxReplicaCount"] <= int(partitions)
        asked = scaled["spec"]["triggers"][0]["metadata"]
        assert (asked["consumerGroup"], asked["topic"]) == ("tocsin-worker", "tocsin.mentions")


@needs_helm
def test_topics_are_right_before_anything_else_is_changed() -> None:
    (job,) = of_kind("minimal", "Job")
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert list(of_kind("shared", "Job")) == []


@needs_helm
def test_digests_are_looked_for_every_few_minutes_and_never_by_two_at_once() -> None:
    (job,) = of_kind("production", "CronJob")
    spec = job["spec"]
    assert (spec["schedule"], spec["concurrencyPolicy"]) == ("*/10 * * * *", "Forbid")
    assert spec["jobTemplate"]["spec"]["backoffLimit"] == 0
    container = containers("production")["digest"]
    assert container["args"][0] == "digest"
    assert "--routes" in container["args"]
    assert {"SLACK_BOT_TOKEN_FILE", "DESK_URL_FILE"} <= set(environment(container))
    assert "SLACK_APP_TOKEN_FILE" not in environment(container)
    assert list(of_kind("minimal", "CronJob")) == []


def test_the_digests_of_the_examples_are_routes_that_load() -> None:
    values = yaml.safe_load(SETS["production"].read_text(encoding="utf-8"))
    routes = load_routes(values["routes"]["content"], "routes.yaml")
    assert [(one.name, one.every) for one in routes.digests] == [
        ("morning", "day"),
        ("monday", "week"),
    ]


@needs_helm
def test_on_a_shared_cluster_each_process_has_its_own_login() -> None:
    secrets = {
        process: volume["secret"]["secretName"]
        for process, pod in pods("shared").items()
        for volume in pod["spec"]["volumes"]
        if volume["name"] == "secrets"
    }
    assert secrets["worker"] == "acme-tocsin-worker"
    assert secrets["alert"] == "acme-tocsin"


@needs_helm
@pytest.mark.parametrize(
    ("faulty", "told"),
    [
        ("worker.replicas=9", "of 8 partitions no more than 8 workers"),
        ("worker.autoscaling.enabled=true,worker.autoscaling.maxReplicas=9", "no more than 8"),
        ("page.userHeader=X-User", "networkPolicy.pageFrom"),
        ("brands.content=", "no brands"),
        ("kafka.bootstrap=kafka", "bootstrap"),
        ("settings.TOCSIN_KAFKA_SASL_PASSWORD=hunter22", "TOCSIN_KAFKA_SASL_PASSWORD"),
        ("secret.keys.SLACK_BOT_TOKEN=token", "name that in secret.existing"),
        ("secret.keys.SLACK_TOKEN=token", "SLACK_TOKEN"),
        ("wroker.replicas=3", "wroker"),
        ("ingest.news.enabled=true", "kind"),
        ("digest.enabled=true", "digest.enabled, but no routes"),
        ("digest.enabled=true,routes.content=route: {}", "has no digests"),
        ("digest.schedule=hourly", "schedule"),
    ],
)
def test_values_that_cannot_work_are_refused_in_words(faulty: str, told: str) -> None:
    values = str(SETS["minimal"])
    done = run("template", "t", str(CHART), "--values", values, "--set", faulty)
    assert done.returncode != 0
    assert told in done.stderr


def test_a_field_that_kubernetes_does_not_know_would_be_found() -> None:
    wrong = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "x"},
        "spec": {"prots": []},
    }
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, KUBERNETES[-1], strict=True)


def test_sets_are_there() -> None:
    assert set(SETS) == {"minimal", "production", "shared"}
