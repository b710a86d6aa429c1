"""The production shape keeps its promises: one door to the outside, every secret given, every service watched."""

import dataclasses
import re

import pytest
import yaml

from casework.config import ROOT, Settings

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("image") == "banjie"}
FROM = re.compile(r"^FROM (\S+)", re.MULTILINE)


def test_the_shape_is_proxy_doors_database_and_broker() -> None:
    assert set(SERVICES) == {"proxy", "prepare", "web", "worker", "postgresql", "redis"}
    assert {name: service["command"] for name, service in OURS.items()} == {
        "prepare": ["publish"],
        "web": ["web"],
        "worker": ["worker"],
    }


def test_only_the_proxy_can_be_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["data"]["internal"] is True
    assert {name for name in ("postgresql", "redis") if SERVICES[name]["networks"] != ["data"]} == set()


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_door_can_be_scaled(name: str) -> None:
    """A fixed name or a port of the host would let only one of them start."""
    assert {"container_name", "ports"} & set(SERVICES[name]) == set()


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"prepare"}))
def test_every_lasting_service_is_watched_and_comes_back(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_secrets_come_from_outside_and_have_no_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for secret in ("POSTGRES_PASSWORD", "SECRET_KEY", "MASTER_KEY"):
        assert set(re.findall(rf"\$\{{{secret}(:.)", text)) == {":?"}, secret


def test_the_containers_set_only_what_is_a_setting() -> None:
    known = {field.metadata["env"] for field in dataclasses.fields(Settings)}
    assert {name for service in OURS.values() for name in service["environment"]} <= known


def test_images_are_pinned_to_a_version() -> None:
    images = [service["image"] for service in SERVICES.values() if service["image"] != "banjie"]
    images += FROM.findall((ROOT / "Dockerfile").read_text(encoding="utf-8"))
    assert [image for image in images if not re.search(r":\d", image)] == []


def test_the_database_is_the_oldest_that_is_promised() -> None:
    assert SERVICES["postgresql"]["image"].startswith("postgres:15")


def test_the_image_does_not_run_as_root() -> None:
    assert re.search(r"^USER banjie$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
