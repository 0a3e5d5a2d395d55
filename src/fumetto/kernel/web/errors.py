"""What can be wrong with a request before anybody looks at what it asks for."""

from fumetto.kernel.errors import Busy, FumettoError, Invalid, NotAllowed, NotFound


class RequestMalformed(Invalid):
    status = 400
    code = "request_malformed"


class HostMalformed(Invalid):
    status = 400
    code = "host_malformed"


class MethodUnsupported(FumettoError):
    status = 405
    code = "method_unsupported"


class MediaTypeUnsupported(Invalid):
    status = 415
    code = "media_type_unsupported"


class RangeUnsatisfiable(FumettoError):
    status = 416
    code = "range_unsatisfiable"


class CursorInvalid(Invalid):
    code = "cursor_invalid"


class CrossSite(NotAllowed):
    """A page of another site tried to act with somebody's sign-in."""

    code = "cross_site"


class AddressUnknown(NotFound):
    """An address that neither the API nor the web application has."""

    code = "address_unknown"


class WebApplicationMissing(Busy):
    code = "web_application_missing"
