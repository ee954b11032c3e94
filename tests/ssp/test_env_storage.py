"""Where do files lie? One address says it, and an S3-compatible store is spoken to for real."""

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.utils.module_loading import import_string
from moto.server import ThreadedMotoServer

from ssp.env import Environment


def storage(url: str) -> Storage:
    env = Environment({"SSP_MEDIA_URL": url})
    found = env.storage("SSP_MEDIA_URL", default="file:/unused")
    assert env.problems == []
    made: Storage = import_string(found["BACKEND"])(**found["OPTIONS"])
    return made


def test_a_folder(tmp_path) -> None:
    storage(f"file:{tmp_path}/media").save("one.pdf", ContentFile(b"1"))
    assert (tmp_path / "media" / "one.pdf").read_bytes() == b"1"


@pytest.mark.filterwarnings("ignore")
def test_an_s3_compatible_store_keeps_what_is_there() -> None:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        client = boto3.client(
            "s3",
            endpoint_url=f"http://{host}:{port}",
            aws_access_key_id="key",
            aws_secret_access_key="secret/with+signs",
            region_name="eu-west-2",
        )
        client.create_bucket(Bucket="ssp", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
        store = storage(f"s3://key:secret%2Fwith%2Bsigns@{host}:{port}/ssp?tls=off&region=eu-west-2")
        assert store.save("documents/one.pdf", ContentFile(b"1")) == "documents/one.pdf"
        assert store.save("documents/one.pdf", ContentFile(b"2")) != "documents/one.pdf"
        with store.open("documents/one.pdf", "rb") as file:
            assert file.read() == b"1"
        with pytest.raises(FileNotFoundError):
            store.open("documents/none.pdf", "rb")
    finally:
        server.stop()


def test_tls_is_left_out_only_when_the_address_says_so() -> None:
    options = Environment({"M": "s3://store.example/ssp"}).storage("M", default="")["OPTIONS"]
    assert options["endpoint_url"] == "https://store.example"
    assert options["access_key"] is None


@pytest.mark.parametrize("url", ["ftp://store/ssp", "s3://store", "s3:///ssp", "file:", "/srv/media"])
def test_any_other_address_is_a_problem_said_in_words(url: str) -> None:
    env = Environment({"SSP_MEDIA_URL": url})
    assert env.storage("SSP_MEDIA_URL", default="file:/unused") == {}
    assert env.problems == ["SSP_MEDIA_URL must be file:FOLDER or s3://key:secret@host:port/bucket."]
