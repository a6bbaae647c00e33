<?php

declare(strict_types=1);

namespace Stskit\Exception;

use Stskit\LoginHint;

/**
 * The base of all that goes wrong. No text in it holds a secret.
 *
 * The message says what was tried, where, and what to do next. What does not apply is null, 0 or empty.
 */
class StskitException extends \RuntimeException
{
    /** The name of the status: "NO_CREDENTIALS". */
    public readonly string $status;
    /** A finer reason than the status, or 0. */
    public readonly int $detail;
    /** The service's error code: "AccessDenied". */
    public readonly ?string $errorCode;
    /** The operation that failed: "AssumeRole". */
    public readonly ?string $operation;
    /** The service's own words. */
    public readonly ?string $serviceMessage;
    /** "Sender" or "Receiver", where the service says so. */
    public readonly ?string $fault;
    public readonly ?string $requestId;
    public readonly ?int $httpStatus;
    /** How many requests were sent. */
    public readonly int $attempts;
    /** May another try in a while mend it? The library has retried by itself already. */
    public readonly bool $retryable;
    /** @var list<string> a line for each source of credentials that was tried */
    public readonly array $providers;
    public readonly ?LoginHint $login;
    /** @var array<string, string> further texts of the service's error */
    public readonly array $members;
    /** @var array<string, string> the headers of the answer, names in lower case */
    public readonly array $headers;

    /** @param array<string, mixed> $told the properties */
    public function __construct(string $message = '', array $told = [], ?\Throwable $previous = null)
    {
        parent::__construct($message, 0, $previous);
        $this->status = $told['status'] ?? 'INTERNAL';
        $this->detail = $told['detail'] ?? 0;
        $this->errorCode = $told['errorCode'] ?? null;
        $this->operation = $told['operation'] ?? null;
        $this->serviceMessage = $told['serviceMessage'] ?? null;
        $this->fault = $told['fault'] ?? null;
        $this->requestId = $told['requestId'] ?? null;
        $this->httpStatus = $told['httpStatus'] ?? null;
        $this->attempts = $told['attempts'] ?? 0;
        $this->retryable = $told['retryable'] ?? false;
        $this->providers = $told['providers'] ?? [];
        $this->login = $told['login'] ?? null;
        $this->members = $told['members'] ?? [];
        $this->headers = $told['headers'] ?? [];
    }

    // As in the AWS SDK for PHP.

    public function getAwsErrorCode(): ?string
    {
        return $this->errorCode;
    }

    public function getAwsErrorMessage(): ?string
    {
        return $this->serviceMessage;
    }

    public function getAwsRequestId(): ?string
    {
        return $this->requestId;
    }

    public function getStatusCode(): ?int
    {
        return $this->httpStatus;
    }

    /**
     * The class for a status.
     *
     * @internal
     * @return class-string<StskitException>
     */
    public static function classFor(string $status): string
    {
        $class = __NAMESPACE__ . '\\' . str_replace('_', '', ucwords(strtolower($status), '_')) . 'Exception';
        return class_exists($class) ? $class : InternalException::class;
    }
}
