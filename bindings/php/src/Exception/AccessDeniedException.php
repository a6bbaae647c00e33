<?php

// Made by bindings/php/generate: do not edit it.

declare(strict_types=1);

namespace Stskit\Exception;

/** The service knows the caller and refuses, or does not accept the credentials or the signature. */
class AccessDeniedException extends StskitException
{
}
