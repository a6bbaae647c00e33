<?php

// Made by bindings/php/generate: do not edit it.

declare(strict_types=1);

namespace Stskit\Exception;

/** No source had credentials: the exception tells which were tried. */
class NoCredentialsException extends StskitException
{
}
