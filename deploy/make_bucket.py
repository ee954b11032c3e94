"""Is the bucket that SSP_MEDIA_URL names there? Makes it when it is not."""

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
from botocore.exceptions import ClientError

value = os.environ.get("SSP_MEDIA_URL") or Path(os.environ["SSP_MEDIA_URL_FILE"]).read_text()
url = urlsplit(value.strip())
plain = parse_qs(url.query).get("tls") == ["off"]
client = boto3.client(
    "s3",
    endpoint_url=f"{'http' if plain else 'https'}://{url.hostname}:{url.port}",
    aws_access_key_id=unquote(url.username or ""),
    aws_secret_access_key=unquote(url.password or ""),
    region_name="us-east-1",
)
bucket = url.path.strip("/")
try:
    client.head_bucket(Bucket=bucket)
except ClientError:
    client.create_bucket(Bucket=bucket)
