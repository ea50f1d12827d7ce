import NIOCore
import NIOHTTP1
import Upgrade

/// Sends one request and waits for the whole answer.
final class AnswerHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  /// A body that is longer than this is not read to its end.
  private static let bodyLimit = 1 << 20

  private let request: HTTPRequestHead
  private let promise: EventLoopPromise<Int>
  private var status = 0
  private var length = 0

  /// `promise` gets the status code.
  init(_ request: HTTPRequestHead, _ promise: EventLoopPromise<Int>) {
    self.request = request
    self.promise = promise
  }

  func channelActive(context: ChannelHandlerContext) {
    context.write(wrapOutboundOut(.head(request)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): status = Int(head.status.code)
    case .body(let piece):
      length += piece.readableBytes
      if length > Self.bodyLimit { promise.succeed(status) }
    case .end: promise.succeed(status)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    promise.fail(error)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    promise.fail(ProbeFault.broken("closed before the answer was whole"))
  }
}
