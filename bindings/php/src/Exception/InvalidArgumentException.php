<?php

// Made by bindings/php/generate: do not edit it.

declare(strict_types=1);

namespace Stskit\Exception;

/** An argument of the call is wrong; nothing was sent. Mend the call. */
class InvalidArgumentException extends StskitException
{
}
