<?php

// Made by bindings/php/generate: do not edit it.

declare(strict_types=1);

namespace Stskit\Exception;

/** The service was not reached, or the connection broke. */
class NetworkException extends StskitException
{
}
