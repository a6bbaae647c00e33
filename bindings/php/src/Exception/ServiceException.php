<?php

declare(strict_types=1);

namespace Stskit\Exception;

/**
 * The service answered with an error. Each error code that the library's model of the services knows has a class below
 * this one, by AWS's name of the exception: Service\ExpiredTokenException.
 */
class ServiceException extends StskitException
{
    /**
     * The class for an error code.
     *
     * @internal
     * @return class-string<ServiceException>
     */
    public static function classFor(string $code): string
    {
        require_once __DIR__ . '/Service/classes.php';
        return Service\CLASSES[$code] ?? self::class;
    }
}
