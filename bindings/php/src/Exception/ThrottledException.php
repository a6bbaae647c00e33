<?php

// Made by bindings/php/generate: do not edit it.

declare(strict_types=1);

namespace Stskit\Exception;

/** The service asks to slow down, and went on asking after the retries. */
class ThrottledException extends StskitException
{
}
