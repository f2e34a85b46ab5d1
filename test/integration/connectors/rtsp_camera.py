"""An RTSP camera at rtsp://127.0.0.1:PORT/cam that shows numbered JPEG files over and over: PORT, FILES such as frames/%04d.jpg, RATE, USER:PASSWORD or nothing."""
import sys

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import GLib, Gst, GstRtspServer

port, files, rate, credentials = sys.argv[1:5]
Gst.init(None)
server = GstRtspServer.RTSPServer(address='127.0.0.1', service=port)
media = GstRtspServer.RTSPMediaFactory(shared=True)
media.set_launch(
    f'( multifilesrc location="{files}" start-index=1 loop=true caps="image/jpeg,framerate={rate}/1" ! jpegdec ! jpegenc ! rtpjpegpay name=pay0 )'
)
if credentials:
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string('media.factory.role', 'viewer')
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(*credentials.split(':')), token)
    server.set_auth(auth)
    media.add_role_from_structure(Gst.Structure.from_string('viewer,media.factory.access=true,media.factory.construct=true')[0])
server.get_mount_points().add_factory('/cam', media)
server.attach(None)
GLib.MainLoop().run()
