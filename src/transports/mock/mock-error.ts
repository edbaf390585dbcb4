/**
 * Errors of a test itself: a request without a route or a recording, or an expectation that failed.
 *
 * On purpose, this is no `HTTPError`. Code under test that handles network failures, or retries, must not mistake a gap in
 * the test for one of them.
 */
import { beginAtProgram } from "../../platform/own-frames.js";
import { brand } from "../../errors/brand.js";

/**
 * - `ERR_MOCK_UNMATCHED`: no route matches a request.
 * - `ERR_MOCK_ASSERTION`: the expectation of an `assert…` method failed.
 * - `ERR_MOCK_NOT_RECORDED`: a recording has no response to a request.
 * - `ERR_MOCK_RECORDING`: a recording cannot be read.
 */
export type MockErrorCode =
  "ERR_MOCK_UNMATCHED" | "ERR_MOCK_ASSERTION" | "ERR_MOCK_NOT_RECORDED" | "ERR_MOCK_RECORDING";

/** A test and its {@link MockTransport} or {@link ReplayTransport} do not match. Not an `HTTPError`. */
export class MockError extends Error {
  static {
    brand(this, "MockError");
  }

  readonly code: MockErrorCode;

  constructor(message: string, init: { code: MockErrorCode; cause?: unknown }) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = init.code;
    beginAtProgram(this, new.target);
  }
}
