<?php

// Made by bindings/php/generate: do not edit it.

declare(strict_types=1);

namespace Stskit\Exception;

/** It cannot be done from inside the callback that is running. */
class BusyException extends StskitException
{
}
