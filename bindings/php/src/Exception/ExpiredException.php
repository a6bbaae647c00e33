<?php

// Made by bindings/php/generate: do not edit it.

declare(strict_types=1);

namespace Stskit\Exception;

/** Credentials, token or session have expired: get new ones. */
class ExpiredException extends StskitException
{
}
