# frozen_string_literal: true

module Stskit
  VERSION = "0.1.0"
end
