<?php

declare(strict_types=1);

namespace Stskit\Exception;

/** The C library was not found, or does not fit. */
final class LibraryException extends \RuntimeException
{
}
