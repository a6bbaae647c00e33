<?php

// Made by bindings/php/generate: do not edit it.

declare(strict_types=1);

namespace Stskit\Exception;

/** A person has to sign in (again): the exception says how. */
class LoginRequiredException extends StskitException
{
}
