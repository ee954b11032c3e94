"""Under which names are static files served? Under the hash of what is in them, imports between scripts included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedAssets(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which also rewrites the imports of ES modules."""

    support_js_module_import_aggregation = True
