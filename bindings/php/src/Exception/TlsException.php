<?php

// Made by bindings/php/generate: do not edit it.

declare(strict_types=1);

namespace Stskit\Exception;

/** The certificate of the server was not accepted, or no TLS session could be agreed on. */
class TlsException extends StskitException
{
}
