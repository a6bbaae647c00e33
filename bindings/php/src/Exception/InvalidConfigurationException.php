<?php

// Made by bindings/php/generate: do not edit it.

declare(strict_types=1);

namespace Stskit\Exception;

/** An environment variable, a file or an explicit setting is wrong; nothing was sent. Mend the configuration. */
class InvalidConfigurationException extends StskitException
{
}
