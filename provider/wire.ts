import * as grpc from "@grpc/grpc-js";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Change } from "./diff";
import type { Values } from "./resource";

/** What an unknown value of a preview looks like on the wire. */
export { UNKNOWN } from "./diff";

export interface CheckFailure {
  property: string;
  reason: string;
}

/** Thrown by create or update when the resource exists but is not as it should be: its id and state are kept. */
export class InitError extends Error {
  constructor(
    readonly id: string,
    readonly state: Values,
    message: string,
  ) {
    super(message);
  }
}

/** Messages of any size that a conf or a lock file may need. */
export const limits = { "grpc.max_receive_message_length": 400 << 20, "grpc.max_send_message_length": 400 << 20 };

export const toStruct = (values: Values): Struct =>
  Struct.fromJavaScript(JSON.parse(JSON.stringify(values)) as Record<string, JavaScriptValue>);

export const fromStruct = (struct: Struct | undefined): Values => (struct?.toJavaScript() ?? {}) as Values;

export const toFailures = (failures: readonly CheckFailure[]): pb.CheckFailure[] =>
  failures.map(({ property, reason }) => {
    const failure = new pb.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    return failure;
  });

const kinds = pb.PropertyDiff.Kind;
const kindOf = {
  add: [kinds.ADD, kinds.ADD_REPLACE],
  delete: [kinds.DELETE, kinds.DELETE_REPLACE],
  update: [kinds.UPDATE, kinds.UPDATE_REPLACE],
} as const;

export function toDiffResponse(changes: readonly Change[]): pb.DiffResponse {
  const response = new pb.DiffResponse();
  for (const { path, kind, replaces } of changes) {
    const diff = new pb.PropertyDiff();
    diff.setKind(kindOf[kind][replaces ? 1 : 0]);
    diff.setInputdiff(true);
    response.getDetaileddiffMap().set(path, diff);
    const key = path.split(/[.[]/)[0]!;
    response.addDiffs(key);
    if (replaces) response.addReplaces(key);
  }
  response.setHasdetaileddiff(true);
  response.setChanges(
    changes.length > 0 ? pb.DiffResponse.DiffChanges.DIFF_SOME : pb.DiffResponse.DiffChanges.DIFF_NONE,
  );
  return response;
}

/** An error as the engine wants it; InitError carries id and state in the status details. */
export function toServiceError(thrown: unknown): Partial<grpc.ServiceError> {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const metadata = new grpc.Metadata();
  if (error instanceof InitError) {
    const detail = new pb.ErrorResourceInitFailed();
    detail.setId(error.id);
    detail.setProperties(toStruct(error.state));
    detail.setReasonsList([error.message]);
    const any = new Any();
    any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status();
    status.setCode(grpc.status.UNKNOWN);
    status.setMessage(error.message);
    status.addDetails(any);
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  }
  return { code: grpc.status.UNKNOWN, details: error.message, message: error.message, metadata };
}
