<?php

// Made by bindings/php/generate: do not edit it.

declare(strict_types=1);

namespace Stskit\Exception\Service;

use Stskit\Exception\ServiceException;

/** Error codes, and the class for each. */
const CLASSES = [
    'AccessDenied' => AccessDeniedException::class,
    'AccessDeniedException' => AccessDeniedException::class,
    'AuthorizationPendingException' => AuthorizationPendingException::class,
    'ExpiredToken' => ExpiredTokenException::class,
    'ExpiredTokenException' => ExpiredTokenException::class,
    'ExpiredTradeInTokenException' => ExpiredTradeInTokenException::class,
    'ForbiddenException' => ForbiddenException::class,
    'IDPCommunicationError' => IDPCommunicationErrorException::class,
    'IDPCommunicationErrorException' => IDPCommunicationErrorException::class,
    'IDPRejectedClaim' => IDPRejectedClaimException::class,
    'IDPRejectedClaimException' => IDPRejectedClaimException::class,
    'IncompleteSignature' => IncompleteSignatureException::class,
    'IncompleteSignatureException' => IncompleteSignatureException::class,
    'InternalFailure' => InternalFailureException::class,
    'InternalFailureException' => InternalFailureException::class,
    'InternalServerException' => InternalServerException::class,
    'InvalidAction' => InvalidActionException::class,
    'InvalidActionException' => InvalidActionException::class,
    'InvalidAuthorizationMessageException' => InvalidAuthorizationMessageException::class,
    'InvalidClientException' => InvalidClientException::class,
    'InvalidClientMetadataException' => InvalidClientMetadataException::class,
    'InvalidClientTokenId' => InvalidClientTokenIdException::class,
    'InvalidClientTokenIdException' => InvalidClientTokenIdException::class,
    'InvalidGrantException' => InvalidGrantException::class,
    'InvalidIdentityToken' => InvalidIdentityTokenException::class,
    'InvalidIdentityTokenException' => InvalidIdentityTokenException::class,
    'InvalidRedirectUriException' => InvalidRedirectUriException::class,
    'InvalidRequestException' => InvalidRequestException::class,
    'InvalidRequestRegionException' => InvalidRequestRegionException::class,
    'InvalidScopeException' => InvalidScopeException::class,
    'JWTPayloadSizeExceededException' => JWTPayloadSizeExceededException::class,
    'MalformedPolicyDocument' => MalformedPolicyDocumentException::class,
    'MalformedPolicyDocumentException' => MalformedPolicyDocumentException::class,
    'MissingAuthenticationToken' => MissingAuthenticationTokenException::class,
    'MissingAuthenticationTokenException' => MissingAuthenticationTokenException::class,
    'MissingParameter' => MissingParameterException::class,
    'MissingParameterException' => MissingParameterException::class,
    'OptInRequired' => OptInRequiredException::class,
    'OptInRequiredException' => OptInRequiredException::class,
    'OutboundWebIdentityFederationDisabledException' => OutboundWebIdentityFederationDisabledException::class,
    'PackedPolicyTooLarge' => PackedPolicyTooLargeException::class,
    'PackedPolicyTooLargeException' => PackedPolicyTooLargeException::class,
    'RegionDisabledException' => RegionDisabledException::class,
    'RequestExpired' => RequestExpiredException::class,
    'RequestExpiredException' => RequestExpiredException::class,
    'ResourceNotFoundException' => ResourceNotFoundException::class,
    'ServiceUnavailable' => ServiceUnavailableException::class,
    'ServiceUnavailableException' => ServiceUnavailableException::class,
    'SessionDurationEscalationException' => SessionDurationEscalationException::class,
    'SignatureDoesNotMatch' => SignatureDoesNotMatchException::class,
    'SignatureDoesNotMatchException' => SignatureDoesNotMatchException::class,
    'SlowDownException' => SlowDownException::class,
    'Throttling' => ThrottlingException::class,
    'ThrottlingException' => ThrottlingException::class,
    'TooManyRequestsException' => TooManyRequestsException::class,
    'UnauthorizedClientException' => UnauthorizedClientException::class,
    'UnauthorizedException' => UnauthorizedException::class,
    'UnsupportedGrantTypeException' => UnsupportedGrantTypeException::class,
    'ValidationError' => ValidationErrorException::class,
    'ValidationErrorException' => ValidationErrorException::class,
];

/** STS, SSO OIDC */
class AccessDeniedException extends ServiceException
{
}

/** SSO OIDC */
class AuthorizationPendingException extends ServiceException
{
}

/** STS, SSO OIDC */
class ExpiredTokenException extends ServiceException
{
}

/** STS */
class ExpiredTradeInTokenException extends ServiceException
{
}

/** SSO */
class ForbiddenException extends ServiceException
{
}

/** STS */
class IDPCommunicationErrorException extends ServiceException
{
}

/** STS */
class IDPRejectedClaimException extends ServiceException
{
}

/** STS */
class IncompleteSignatureException extends ServiceException
{
}

/** STS */
class InternalFailureException extends ServiceException
{
}

/** SSO OIDC */
class InternalServerException extends ServiceException
{
}

/** STS */
class InvalidActionException extends ServiceException
{
}

/** STS */
class InvalidAuthorizationMessageException extends ServiceException
{
}

/** SSO OIDC */
class InvalidClientException extends ServiceException
{
}

/** SSO OIDC */
class InvalidClientMetadataException extends ServiceException
{
}

/** STS */
class InvalidClientTokenIdException extends ServiceException
{
}

/** SSO OIDC */
class InvalidGrantException extends ServiceException
{
}

/** STS */
class InvalidIdentityTokenException extends ServiceException
{
}

/** SSO OIDC */
class InvalidRedirectUriException extends ServiceException
{
}

/** SSO, SSO OIDC */
class InvalidRequestException extends ServiceException
{
}

/** SSO OIDC */
class InvalidRequestRegionException extends ServiceException
{
}

/** SSO OIDC */
class InvalidScopeException extends ServiceException
{
}

/** STS */
class JWTPayloadSizeExceededException extends ServiceException
{
}

/** STS */
class MalformedPolicyDocumentException extends ServiceException
{
}

/** STS */
class MissingAuthenticationTokenException extends ServiceException
{
}

/** STS */
class MissingParameterException extends ServiceException
{
}

/** STS */
class OptInRequiredException extends ServiceException
{
}

/** STS */
class OutboundWebIdentityFederationDisabledException extends ServiceException
{
}

/** STS */
class PackedPolicyTooLargeException extends ServiceException
{
}

/** STS */
class RegionDisabledException extends ServiceException
{
}

/** STS */
class RequestExpiredException extends ServiceException
{
}

/** SSO */
class ResourceNotFoundException extends ServiceException
{
}

/** STS */
class ServiceUnavailableException extends ServiceException
{
}

/** STS */
class SessionDurationEscalationException extends ServiceException
{
}

/** STS */
class SignatureDoesNotMatchException extends ServiceException
{
}

/** SSO OIDC */
class SlowDownException extends ServiceException
{
}

/** STS */
class ThrottlingException extends ServiceException
{
}

/** SSO */
class TooManyRequestsException extends ServiceException
{
}

/** SSO OIDC */
class UnauthorizedClientException extends ServiceException
{
}

/** SSO */
class UnauthorizedException extends ServiceException
{
}

/** SSO OIDC */
class UnsupportedGrantTypeException extends ServiceException
{
}

/** STS */
class ValidationErrorException extends ServiceException
{
}
