<?php

// Made by bindings/php/generate: do not edit it.

declare(strict_types=1);

namespace Stskit\Exception;

/** An answer came that is not what the protocol says. */
class InvalidResponseException extends StskitException
{
}
