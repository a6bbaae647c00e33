<?php

// Made by bindings/php/generate: do not edit it.

declare(strict_types=1);

namespace Stskit\Exception;

/** A defect of the library. Please report its message. */
class InternalException extends StskitException
{
}
