<?php

// Made by bindings/php/generate: do not edit it.

declare(strict_types=1);

namespace Stskit\Exception;

/** This build, partition or operation cannot do it. */
class NotSupportedException extends StskitException
{
}
