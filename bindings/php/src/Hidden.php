<?php

declare(strict_types=1);

namespace Stskit;

/**
 * For objects that have or lead to secrets: printing, dumping and JSON show what describe() says, and they are not
 * serialised.
 */
trait Hidden
{
    /** @return array<string, mixed> what may be seen */
    abstract protected function describe(): array;

    public function __debugInfo(): array
    {
        return $this->describe();
    }

    public function jsonSerialize(): array
    {
        return $this->describe();
    }

    public function __serialize(): array
    {
        throw new \LogicException(self::class . ' is not serialised: its secrets would be written down');
    }

    public function __unserialize(array $data): void
    {
        throw new \LogicException(self::class . ' is not serialised');
    }
}
