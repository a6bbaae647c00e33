<?php

// Made by bindings/php/generate: do not edit it.

declare(strict_types=1);

namespace Stskit\Exception;

/** The call was cancelled, by stskit_client_cancel() or by a callback. */
class CancelledException extends StskitException
{
}
