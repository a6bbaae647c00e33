"""The AWS CLI with its clock stopped: aws_cli_at.py EPOCH_SECONDS ARGUMENTS.."""

import datetime
import sys
from unittest import mock

import awscli.clidriver  # first: it decides which botocore everything imports after it gets

import awscli.customizations.eks.get_token
import botocore.auth

now = datetime.datetime.fromtimestamp(int(sys.argv[1]), datetime.UTC).replace(tzinfo=None)
stopped = lambda *_, **__: now
with (
    mock.patch.object(botocore.auth, "get_current_datetime", stopped),
    mock.patch.object(awscli.customizations.eks.get_token, "get_current_datetime", stopped),
):
    sys.exit(awscli.clidriver.create_clidriver().main(sys.argv[2:]))
