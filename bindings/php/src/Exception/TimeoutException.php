<?php

// Made by bindings/php/generate: do not edit it.

declare(strict_types=1);

namespace Stskit\Exception;

/** No answer within the time limits. */
class TimeoutException extends StskitException
{
}
